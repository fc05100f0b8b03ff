import pytest

from gateway import errors


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadRequest, 400),
        (errors.Unauthorized, 401),
        (errors.Refused, 403),
        (errors.NotFound, 404),
        (errors.MethodNotAllowed, 405),
        (errors.TooLarge, 413),
        (errors.WrongMediaType, 415),
        (errors.Unavailable, 503),
    ],
)
def test_every_refusal_has_openais_shape(error: type[errors.ApiError], status: int) -> None:
    raised = error("理由", param="x")
    assert raised.status == status
    assert raised.body() == {"error": {"message": "理由", "type": error.type, "param": "x", "code": error.code}}


def test_what_stands_beside_the_error() -> None:
    raised = errors.Refused("理由", code="other")
    raised.extra["sekimori"] = {"verdict": "block"}
    assert raised.body()["sekimori"] == {"verdict": "block"}
    assert raised.body()["error"]["code"] == "other"


def test_an_upstreams_failure_carries_its_own_status() -> None:
    raised = errors.UpstreamFailed("理由", status=504, code="upstream_timeout", headers={"Retry-After": "3"})
    assert (raised.status, raised.headers) == (504, {"Retry-After": "3"})
