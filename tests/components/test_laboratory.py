"""What the laboratory shows and hides, and what its figures are made of."""

import json
from dataclasses import replace

import pytest

from analysis.after_transplant import AfterTransplantOptions
from analysis.after_transplant import analyse as analyse_after
from analysis.hepatic import HepaticOptions
from analysis.hepatic import analyse as analyse_liver
from analysis.laboratory import LaboratoryOptions, analyse
from analysis.selection import Filter, whole_trial
from analysis.vod import VodOptions
from analysis.vod import analyse as analyse_vod
from components import after_transplant, hepatic, laboratory, vod
from data.catalog import Catalog


@pytest.fixture(scope="module")
def inovate():
    return next(entry for entry in Catalog([]).entries if entry.id == "inovate")


@pytest.fixture(scope="module")
def selection(inovate):
    return whole_trial(inovate.design)


@pytest.fixture(scope="module")
def result(inovate, selection):
    return analyse(inovate, selection, LaboratoryOptions())


def said(component):
    """Every text of a component, figures left out."""
    if isinstance(component, str):
        return component
    children = getattr(component, "children", None)
    parts = children if isinstance(children, list) else [children]
    return " ".join(said(part) for part in parts if part is not None)


def test_the_answer_is_hidden_until_it_is_asked_for(result):
    hidden = LaboratoryOptions(predict=True, way="timedependent")
    shown = laboratory.content(result, hidden, "desktop", "/transplant?answer=on")
    naive = laboratory.content(result, LaboratoryOptions(), "desktop", "")
    assert [figure.value for figure in shown.headline[1:]] == ["?", "?", "?"]
    assert shown.headline[0] == naive.headline[0]
    assert shown.table is None
    assert [t["y"].tolist() for t in shown.figure["data"]] == [t["y"].tolist() for t in naive.figure["data"]]
    assert "Show the answer" in said(shown.beside)
    told = laboratory.content(result, replace(hidden, answer=True), "desktop", "")
    assert "?" not in [figure.value for figure in told.headline]
    assert "the hazard ratio goes" in said(told.beside)


def test_every_way_warns_of_immortal_time(result):
    for way in ("naive", "landmark", "timedependent", "censored"):
        shown = laboratory.content(result, LaboratoryOptions(way=way), "phone", "")
        assert "immortal-time bias" in said(shown.beside)


def test_the_landmark_is_a_line_to_drag_and_says_whom_it_leaves_out(result):
    shown = laboratory.content(result, LaboratoryOptions(way="landmark"), "desktop", "")
    assert shown.figure["layout"]["shapes"][0]["x0"] == result.month
    died, ended = result.landmark.left_out
    assert shown.method.startswith(f"Left out: {died + ended} of 121 patients")
    assert (
        laboratory.content(result, LaboratoryOptions(way="timedependent"), "desktop", "").figure["layout"]["shapes"]
        == []
    )


def test_numbers_at_risk_stand_under_their_ticks(result):
    way = result.naive
    figure = laboratory.figure(result, way, "desktop")
    ticks = figure["layout"]["xaxis"]["tickvals"]
    placed = [(a["x"], a["text"]) for a in figure["layout"]["annotations"] if a.get("xref") == "x" and "yshift" in a]
    for group in way.groups:
        for at, n in zip(way.ticks.tolist(), group.at_risk.tolist(), strict=True):
            if at in ticks:
                assert (at, str(n)) in placed


def test_labels_are_text_in_every_figure(inovate, selection):
    design = replace(
        inovate.design,
        arms=tuple(replace(arm, short=f"<b>{arm.short}</b>") for arm in inovate.design.arms),
        transplant=replace(inovate.design.transplant, label="<i>HSCT</i>"),
    )
    trial = replace(inovate, design=design)
    lab = analyse(trial, selection, LaboratoryOptions())
    after = analyse_after(trial, selection, AfterTransplantOptions())
    figures = [
        *(laboratory.figure(lab, way, "desktop") for way in lab.ways),
        laboratory.ratios(lab, "phone"),
        after_transplant.figure(after, 0, "desktop"),
        vod.figure(analyse_vod(trial, selection, VodOptions()), 1100, False),
        hepatic.figure(analyse_liver(trial, selection, HepaticOptions()), 360, True),
    ]
    text = json.dumps(figures, default=lambda value: value.tolist())
    assert "<i>" not in text
    assert "<b>Inotuzumab" not in text


def test_p_is_withheld_in_an_exploratory_cohort(inovate, selection):
    cohort = replace(selection, filters=(Filter("SALVAGE", ("1",)),))
    lab = laboratory.numbers(analyse(inovate, cohort, LaboratoryOptions()))
    after = after_transplant.content(analyse_after(inovate, cohort, AfterTransplantOptions()), "desktop")
    odds = vod.numbers(analyse_vod(inovate, cohort, VodOptions()))
    for words in (said(lab), said(after.table), said(odds), " ".join(f.value for f in after.headline)):
        assert "p withheld" in words
        assert "p =" not in words
        assert "p <" not in words
