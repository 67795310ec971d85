"""The first page of an office."""


def test_an_empty_office_is_taught(mae) -> None:
    page = mae.get("/provider/")
    assert page.h1 == "Welcome, Mae Tolliver"
    assert "Nothing waits for you" in page.text
