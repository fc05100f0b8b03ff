import pytest

from gateway.parts import detectors


def test_each_detector_once() -> None:
    (detector,) = detectors(("personal_information", "personal_information"))
    assert "pii.my_number" in detector.kinds


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        detectors(("typo",))
