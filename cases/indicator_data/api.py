"""The indicators' part of the public read API; the project's own API takes the router in."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, create_model

from cases.indicator_data.documents import COLUMNS, document_of, wanted_from
from catalog.api import BadRequest

router = Router()

IndicatorFigure = create_model(
    "IndicatorFigure",
    __base__=Schema,
    **{
        column.name: (
            column.kind,
            Field(description=f"{column.about[0].upper()}{column.about[1:]}."),
        )
        for column in COLUMNS
    },
)


class IndicatorDefinition(Schema):
    indicator: str
    name: str
    name_en: str
    unit: str
    direction: Literal["up", "down"]
    is_standard: bool
    definition: str
    cases: int = Field(description="How many published cases give it.")


class IndicatorAnswer(Schema):
    columns: list[str] = Field(
        description="Of the CSV file at /indicators.csv too, in this order; they never change, "
        "new ones come last."
    )
    definitions: list[IndicatorDefinition]
    figures: list[IndicatorFigure]
    licence: str


class IndicatorParameters(Schema):
    case: str = Field("", description="Only of the case with this last part of its address.")
    indicator: str = Field("", description="Only this indicator, by its code.")
    industry: str = Field("", description="Only of cases of this industry chain, by its code.")


@router.get(
    "",
    response={200: IndicatorAnswer, 404: BadRequest},
    summary="Indicators of the cases, as open data",
    url_name="indicators",
)
def indicators(request: HttpRequest, parameters: Query[IndicatorParameters]) -> dict | Status:
    """The same as /indicators.json; as CSV at /indicators.csv with the same parameters."""
    try:
        wanted = wanted_from(request.GET)
    except Http404:
        message = _("There is no such case, indicator or industry chain.")
        return Status(404, {"errors": [{"parameter": "", "message": message}]})
    return document_of(wanted, request)
