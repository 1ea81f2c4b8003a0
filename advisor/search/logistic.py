"""The small fitted models that ship with the package: numbers to weigh, in a JSON file beside the code."""

from __future__ import annotations

from importlib import resources
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

__all__ = ["Logistic", "load_logistic"]


class Logistic(BaseModel):
    """A logistic model.

    Attributes:
        features: The names of what is weighed, in order.
        weights: A weight for each.
        bias: The logit where all features are zero.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float


Model = TypeVar("Model", bound=Logistic)


def load_logistic(model: type[Model], package: str, name: str, features: tuple[str, ...]) -> Model:
    """Read a model that ships with the package.

    Args:
        model: Its type.
        package: The package it lies in.
        name: Its file.
        features: What the code computes today.

    Raises:
        ValueError: The file was fitted to other features.
    """
    loaded = model.model_validate_json(resources.files(package).joinpath(name).read_bytes())
    if loaded.features != features:
        raise ValueError(f"{name} does not fit the features; run 'advisor evaluate fit'")
    return loaded
