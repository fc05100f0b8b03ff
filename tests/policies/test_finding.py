import pytest

from policies.finding import Finding, Span


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_a_span_is_a_place_in_a_text(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


@pytest.mark.parametrize(("other", "wanted"), [((0, 2), False), ((0, 3), True), ((4, 9), True), ((5, 6), False)])
def test_spans_are_half_open(other: tuple[int, int], wanted: bool) -> None:  # noqa: FBT001
    assert Span(2, 5).overlaps(Span(*other)) is wanted


def test_findings_sort_by_place_and_show_no_text() -> None:
    late, early = Finding(Span(5, 6), "pii.person", "pii/person"), Finding(Span(1, 9), "pii.phone", "pii/phone")
    assert sorted([late, early]) == [early, late]
    assert set(Finding.__slots__) == {"span", "kind", "rule", "score"}
