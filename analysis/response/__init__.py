"""The response page in numbers: who responded, how deeply, when and for how long; and who was lost on the way."""

from analysis.response.analyse import analyse, missing
from analysis.response.result import Comparison, Cycle, ResponseOptions, ResponseResult
from analysis.response.tidy import tidy

__all__ = ["Comparison", "Cycle", "ResponseOptions", "ResponseResult", "analyse", "missing", "tidy"]
