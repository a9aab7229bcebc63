// What every page brings along. Each module finds its own elements by data-… and does nothing where there are none.
import "./live.js";
import "./keys.js";
import "./draft.js";
import "./once.js";
import "./diff.js";
import "./scroll.js";
import "./small.js";
