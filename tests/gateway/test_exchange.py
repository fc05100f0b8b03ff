from gateway.exchange import Judged, new_id
from policies.decision import Action, Decision
from policies.finding import Finding, Span
from tests.gateway.fakes import exchange


def judged(kind: str, action: Action) -> Judged:
    return Judged("request", "x", Decision(Finding(Span(0, 1), kind, "x/1"), action, f"r/{kind}"))


def test_counts_rules_and_verdict() -> None:
    one = exchange("山田")
    one.judged += [judged("b", Action.FLAG), judged("a", Action.REDACT), judged("a", Action.REDACT)]
    assert one.counts() == {"a": {"redact": 2}, "b": {"flag": 1}}
    assert one.rules() == ("r/a", "r/b")
    assert one.verdict is Action.REDACT


def test_what_it_shows_of_itself_holds_no_text() -> None:
    assert "山田" not in repr(exchange("山田さん"))


def test_ids_sort_by_time_and_differ() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert [i[:12] for i in ids] == sorted(i[:12] for i in ids)
    assert all(len(i) == 32 for i in ids)
