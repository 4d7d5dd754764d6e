"""The slide of the predictors: the forest of the models, the strongest covariate of each arm in the title."""

from __future__ import annotations

from analysis.estimate import Estimate, NotEstimable
from analysis.predictors import ArmModel, PredictorsResult, Row
from components import predictors
from components.format import ratio, value_of
from components.slides import generic
from components.slides.drawing import SCALE
from components.slides.page import Page, Shown


def models(shown: Shown) -> list[Page]:
    """The models of all arms, over the whole slide."""
    result: PredictorsResult = shown.result
    said = [
        f"HR {value_of(row.ratio, ratio)} for {predictors.named(row)} with {model.arm.short}"
        for model in result.models[:3]
        if (row := _strongest(model)) is not None
    ]
    title = f"{result.endpoint.label}: {'; '.join(said)}" if said else generic.title_of(shown)
    return [
        generic.figure_page(
            shown, lambda room: predictors.figure(result, int(room.width / SCALE), False), title, ()
        )
    ]  # fmt: skip


def _strongest(model: ArmModel) -> Row | None:
    """The covariate that Wald's test sets farthest from no effect."""
    known = [(row.test.p_value, k) for k, row in enumerate(model.rows) if not isinstance(row.test, NotEstimable)]
    return model.rows[min(known)[1]] if known and isinstance(model.rows[min(known)[1]].ratio, Estimate) else None
