"""Trials: principles put to the test as jobs. `opening` asks for one, `working` does it, `kinds` say what is done."""
