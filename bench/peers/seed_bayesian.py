"""The seed document's Bayesian search (section 7) as a program: Optuna's default sampler, twenty trials. Its last line says
what came of it. Only the seed of the sampler is not the document's: every run tries the same points.

Usage: python bench/peers/seed_bayesian.py
"""
import json
import time

import optuna

from seed_model import steps_of, train_and_evaluate


def objective(trial):
    return train_and_evaluate(
        hidden=trial.suggest_categorical("hidden_size", [32, 64, 128]),
        lr=trial.suggest_float("learning_rate", 1e-4, 1e-2, log=True),
        dropout=trial.suggest_float("dropout_rate", 0.1, 0.5),
        batch=trial.suggest_categorical("batch_size", [16, 32, 64]),
        epochs=trial.suggest_int("num_epochs", 5, 15),
    )


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=42))
    study.optimize(objective, n_trials=20)
    steps = sum(steps_of(trial.params["batch_size"], trial.params["num_epochs"]) for trial in study.trials)
    print(json.dumps({"best": study.best_value, "steps": steps, "cpuMs": 1e3 * time.process_time()}))
