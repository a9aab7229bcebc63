// A text as it reads, in one string: its words and sentences as [from, to), and where in it each piece begins.
const WORTH = /[\p{L}\p{N}\p{S}\p{Extended_Pictographic}]/u;

export function flowOf(pieces) {
  let [text, last] = ["", null];
  const starts = pieces.map((piece) => {
    if (last && last.block !== piece.block) text += "\n";
    else if (last && !/\s$/.test(text) && last.node.parentNode.nextElementSibling?.matches("br")) text += " ";
    const at = text.length;
    text += piece.node.data;
    last = piece;
    return at;
  });
  const cut = (granularity) => [...new Intl.Segmenter(document.documentElement.lang, { granularity }).segment(text)]
    .map(({ segment, index }) => [index + segment.length - segment.trimStart().length, index + segment.trimEnd().length, segment]);
  const solid = cut("word").filter(([from, to]) => to > from);
  const words = solid.filter(([, , word]) => WORTH.test(word));
  const sentences = cut("sentence").filter(([from, to]) => to > from);
  return { text, starts, words: words.length ? words : solid, sentences };
}
