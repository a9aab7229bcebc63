"""Run by `.venv-trainers`: a tiny random model, two steps of each of TRL's trainers on exported files, losses as JSON.

    .venv-trainers/bin/python tests/trainers/two_steps.py FOLDER trl-sft=SFT trl-preference=DPO …

FOLDER holds one exported folder for each format. Nothing of the product is imported, nothing is fetched.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ |= dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"), "1")
os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}

import tokenizers
import torch
import trl
from datasets import Dataset
from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification, PreTrainedTokenizerFast

SPECIAL = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}
TEMPLATE = (
    "{% for m in messages %}[{{ m['role'] }}]{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}</s>"
    "{% endgeneration %}{% else %}{{ m['content'] }}{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
TRAINERS = {
    "SFT": (trl.SFTConfig, trl.SFTTrainer, {}),
    "SFT-assistant-only": (trl.SFTConfig, trl.SFTTrainer, {"assistant_only_loss": True}),
    "DPO": (trl.DPOConfig, trl.DPOTrainer, {}),
    "KTO": (trl.KTOConfig, trl.KTOTrainer, {}),
    "Reward": (trl.RewardConfig, trl.RewardTrainer, {}),
}


def tiny(place: Path) -> tuple[str, str]:
    """A language model and a reward model of two layers with a byte tokenizer, saved: trainers load them by path."""
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>"))
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        ["a tiny corpus of a few words"],
        tokenizers.trainers.BpeTrainer(vocab_size=400, special_tokens=[*SPECIAL.values()], initial_alphabet=alphabet),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, **SPECIAL)
    tokenizer.chat_template = TEMPLATE
    sizes = {
        "vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512,
        "pad_token_id": tokenizer.pad_token_id, "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }  # fmt: skip
    made = []
    for kind, more in ((LlamaForCausalLM, {}), (LlamaForSequenceClassification, {"num_labels": 1})):
        folder = place / kind.__name__
        kind(LlamaConfig(**sizes, **more)).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        made.append(str(folder))
    return made[0], made[1]


def train(name: str, rows: Dataset, model: str, out: Path) -> dict[str, float | int | bool]:
    """Two steps: the loss, and whether the weights moved."""
    configuration, trainer, more = TRAINERS[name]
    arguments = configuration(
        output_dir=str(out), max_steps=2, per_device_train_batch_size=2, use_cpu=True, report_to="none",
        save_strategy="no", bf16=False, learning_rate=1e-3, logging_steps=1, disable_tqdm=True, **more,
    )  # fmt: skip
    found = trainer(model=model, args=arguments, train_dataset=rows)
    before = [one.detach().clone() for one in found.model.parameters()]
    result = found.train()
    moved = any(not torch.equal(one, other) for one, other in zip(before, found.model.parameters(), strict=True))
    return {"rows": len(rows), "steps": found.state.global_step, "loss": float(result.training_loss), "moved": moved}


def main(folder: Path, asked: list[str]) -> None:
    """Train on each file that was asked for; one JSON object by format and trainer."""
    torch.set_num_threads(1)
    language, reward = tiny(folder / "tiny")
    found = {}
    for one in asked:
        name, trainer = one.split("=")
        rows = Dataset.from_json(str(folder / name / f"{name}.jsonl"), cache_dir=str(folder / "cache"))
        found[one] = train(trainer, rows, reward if trainer == "Reward" else language, folder / "out" / name)
    print("RESULT " + json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
