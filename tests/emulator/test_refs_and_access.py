"""Which ref gives what, to whom."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from emulator.conftest import ORIGIN, emulated

from prismic_ssg.emulator.access import Token

PAGE = {"type": "page", "uid": "home"}
DRAFT = {"type": "page", "uid": "draft", "id": "draft", "lang": "en-us"}
OAUTH = {"oauth_initiate": f"{ORIGIN}/auth", "oauth_token": f"{ORIGIN}/auth/token"}
FULL, MASTER = Token("full"), Token("only-master", releases=False)
INVALID = {"type": "api_security_error", "message": "Invalid access token", **OAUTH}
NEEDED = {
    "type": "api_security_error",
    "message": "Access to this Ref requires an access token",
    **OAUTH,
}


def with_release(access="open", tokens=()):
    repository = emulated(PAGE, access=access, tokens=tokens)
    release = repository.emulation.put_release("Spring", [DRAFT], scheduled_at=1700000000000)
    return repository, release.snapshot.ref


def test_a_release_shows_its_documents_on_top_of_masters():
    repository, ref = with_release()
    assert set(repository.ids(ref=ref)) == {"home", "draft"}
    assert repository.ids() == ["home"]


def test_a_release_is_in_the_repository_api_with_its_schedule():
    repository, ref = with_release()
    _, home = repository.get("/api/v2")
    assert home["refs"][1] == {
        "id": repository.repository.releases[0].id,
        "ref": ref,
        "label": "Spring",
        "scheduledAt": 1700000000000,
    }


def test_both_halves_of_a_releases_ref_change():
    repository, ref = with_release()
    own, master = ref.split("~")
    assert master == repository.ref
    repository.emulation.put_release("Spring", [{**DRAFT, "uid": "other"}])
    edited = repository.repository.releases[0].snapshot.ref
    repository.emulation.publish([{"id": "x", "type": "page"}])
    rebased = repository.repository.releases[0].snapshot.ref
    assert edited.split("~")[0] != own
    assert rebased.split("~") == [edited.split("~")[0], repository.ref]


@pytest.mark.parametrize(
    ("access", "token", "home", "master", "release"),
    [
        ("open", None, 200, 200, 200),
        ("open", "full", 200, 200, 200),
        ("open", "wrong", 401, 401, 401),
        ("public", None, 200, 200, 401),
        ("public", "only-master", 200, 200, 401),
        ("public", "full", 200, 200, 200),
        ("public", "wrong", 401, 401, 401),
        ("private", None, 401, 401, 401),
        ("private", "only-master", 200, 200, 401),
        ("private", "full", 200, 200, 200),
        ("private", "wrong", 401, 401, 401),
    ],
)
def test_what_is_shown_to_whom(access, token, home, master, release):
    repository, ref = with_release(access, (FULL, MASTER))
    given = {"access_token": token} if token else {}
    assert repository.get("/api/v2", **given)[0] == home
    assert repository.get("/api/tags", **given)[0] == home
    assert repository.get(ref=repository.ref, **given)[0] == master
    assert repository.get(ref=ref, **given)[0] == release


@pytest.mark.parametrize(("token", "labels"), [(None, ["Master"]), ("full", ["Master", "Spring"])])
def test_releases_are_hidden_from_those_who_may_not_read_them(token, labels):
    repository, _ = with_release("public", (FULL, MASTER))
    given = {"access_token": token} if token else {}
    _, home = repository.get("/api/v2", **given)
    assert [ref["label"] for ref in home["refs"]] == labels


def test_the_refusals_are_those_of_the_api():
    repository, ref = with_release("private", (FULL, MASTER))
    assert repository.get("/api/v2") == (401, {"error": "Invalid access token"})
    assert repository.get(ref=repository.ref) == (401, NEEDED)
    assert repository.get(ref=repository.ref, access_token="x") == (401, INVALID)
    assert repository.get(ref="garbage") == (401, NEEDED)
    assert repository.get(ref=ref, access_token="only-master") == (401, NEEDED)


def test_a_wrong_authorization_header_is_refused_though_a_good_one_opens_nothing():
    repository, _ = with_release("private", (FULL,))
    wrong = repository.get(
        headers={"authorization": "Token nope"}, ref=repository.ref, access_token="full"
    )
    good = repository.get(headers={"authorization": "Token full"}, ref=repository.ref)
    assert (wrong[0], good[0]) == (401, 401)


def test_a_token_is_the_default_of_a_form_field_to_the_one_who_sent_it():
    repository, _ = with_release("private", (FULL,))
    _, home = repository.get("/api/v2", access_token="full")
    fields = home["forms"]["everything"]["fields"]
    assert list(fields)[-1] == "access_token"
    assert fields["access_token"]["default"] == "full"


def test_no_representation_holds_a_token():
    repository, _ = with_release("private", (FULL,))
    assert "full" not in repr(repository.repository) + repr(FULL)


def test_a_ref_is_required():
    assert emulated(PAGE).get() == (
        400,
        {"type": "api_validation_error", "message": "ref is required to query the API"},
    )


def test_an_unknown_ref_is_told_the_master_ref():
    repository = emulated(PAGE)
    assert repository.refusal(ref="nope") == (
        404,
        {
            "type": "api_notfound_error",
            "message": "Ref not found. Ensure you have the correct ref and try again. "
            f"Master ref is: {repository.ref}",
        },
    )


def test_an_old_ref_answers_with_the_content_of_its_time():
    repository = emulated(PAGE)
    old = repository.ref
    repository.emulation.publish([DRAFT])
    assert repository.ids(ref=old) == ["home"]
    assert set(repository.ids()) == {"home", "draft"}


def test_refs_expire_when_more_than_are_kept_come_after_them():
    repository = emulated(PAGE, keep_refs=2)
    refs = [repository.ref]
    for number in range(3):
        repository.emulation.publish([{"id": f"n{number}", "type": "page"}])
        refs.append(repository.ref)
    status, body = repository.refusal(ref=refs[0])
    assert (status, body["type"]) == (410, "api_validation_error")
    assert body["message"].endswith(f"Master ref is: {repository.ref}")
    assert [repository.get(ref=ref)[0] for ref in refs[1:]] == [200, 200, 200]


def test_a_releases_old_ref_expires_with_the_master_ref_that_it_is_of():
    repository, ref = with_release()
    repository.emulation.publish([{"id": "x", "type": "page"}])
    assert repository.get(ref=ref)[0] == 200
    repository.emulation.expire()
    assert repository.get(ref=ref)[0] == 410


def test_going_back_to_old_content_is_going_back_to_its_ref():
    repository = emulated(PAGE)
    old = repository.ref
    repository.emulation.publish([DRAFT])
    repository.emulation.expire()
    repository.emulation.publish([], ["draft"])
    assert repository.ref == old
    assert repository.get(ref=old)[0] == 200


PREVIEWED = emulated(PAGE, access="public", tokens=(FULL,))
PREVIEW = PREVIEWED.emulation.put_preview(ORIGIN, [DRAFT])
COOKIE = json.dumps(
    {"_tracker": "abc", "my-repo.prismic.io": {"preview": PREVIEW.token}}, separators=(",", ":")
)


@pytest.mark.parametrize(
    "ref",
    [
        PREVIEW.token,
        PREVIEW.id,
        f"https://my-repo.prismic.io/previews/{PREVIEW.id}?websitePreviewId=x",
        f"https://my-repo.prismic.io/previews/{PREVIEWED.ref}:{PREVIEW.id}?websitePreviewId=x",
        COOKIE,
        quote(COOKIE, safe=""),
        json.dumps({"my-repo.prismic.io": {"preview": PREVIEW.token}}),
        quote(PREVIEW.token, safe=""),
    ],
    ids=["token", "id", "url", "draft", "cookie", "encoded", "no tracker", "encoded token"],
)
def test_a_preview_is_found_by_every_form_of_its_token(ref):
    assert set(PREVIEWED.ids(ref=ref)) == {"home", "draft"}


@pytest.mark.parametrize(
    "ref",
    [
        '{"_tracker":"abc"}',
        "%7B%22_tracker%22%3A%22abc%22%7D",
        '{"_tracker":"abc","another.prismic.io":{"preview":"https://another.prismic.io/x"}}',
        "{}",
    ],
)
def test_a_cookie_without_a_preview_of_this_repository_is_master(ref):
    assert PREVIEWED.ids(ref=ref) == ["home"]


def test_a_preview_url_may_name_a_ref():
    repository, ref = with_release()
    url = "https://my-repo.prismic.io/previews/{}?websitePreviewId=x"
    assert repository.ids(ref=url.format(repository.ref)) == ["home"]
    assert set(repository.ids(ref=url.format(ref))) == {"home", "draft"}


def test_a_document_that_was_never_published_has_no_dates():
    (draft,) = PREVIEWED.search(ref=PREVIEW.token, q='[[at(document.id, "draft")]]')
    assert draft["first_publication_date"] is None
    assert draft["last_publication_date"] is None


def test_a_session_shows_what_was_saved_last_by_the_same_token():
    repository = emulated(PAGE)
    preview = repository.emulation.put_preview(ORIGIN, [DRAFT])
    repository.emulation.put_preview(ORIGIN, [{**DRAFT, "uid": "second"}], session=preview.id)
    uids = {each["uid"] for each in repository.search(ref=preview.token)}
    assert uids == {"home", "second"}


def test_an_ended_preview_has_expired():
    repository = emulated(PAGE)
    preview = repository.emulation.put_preview(ORIGIN, [DRAFT])
    repository.emulation.end_preview(preview.id)
    assert repository.refusal(ref=preview.token) == (
        404,
        {"type": "api_security_error", "message": "This preview token has expired", **OAUTH},
    )


def test_a_preview_that_is_gone_is_not_found():
    repository = emulated(PAGE)
    preview = repository.emulation.put_preview(ORIGIN, [DRAFT])
    repository.emulation.end_preview(preview.id, gone=True)
    unknown = "https://my-repo.prismic.io/previews/none?websitePreviewId=x"
    for token in (preview.token, unknown):
        assert repository.refusal(ref=token) == (
            404,
            {"type": "api_notfound_error", "message": f"{token} not found"},
        )


def test_of_several_entries_of_a_cookie_that_of_this_repository_counts():
    other = PREVIEWED.emulation.put_preview(ORIGIN, [{**DRAFT, "id": "another"}])
    entries = {
        "another.prismic.io": {"preview": other.token},
        "my-repo.prismic.io": {"preview": PREVIEW.token},
    }
    for cookie in (entries, dict(reversed(entries.items()))):
        assert set(PREVIEWED.ids(ref=json.dumps(cookie))) == {"home", "draft"}
    # A folder may be called otherwise than the repository that its site names.
    del entries["my-repo.prismic.io"]
    elsewhere = {"shop.prismic.io": {"preview": "https://shop.prismic.io/previews/x"}, **entries}
    assert set(PREVIEWED.ids(ref=json.dumps(elsewhere))) == {"home", "another"}


def test_a_previews_token_says_which_document_is_previewed():
    path = PREVIEW.token.removeprefix(ORIGIN).partition("?")[0]
    assert PREVIEWED.get(path) == (200, {"mainDocument": "draft"})


def test_a_preview_goes_on_showing_the_document_that_it_began_with():
    repository = emulated(PAGE)
    preview = repository.emulation.put_preview(ORIGIN, [DRAFT])
    repository.emulation.put_preview(ORIGIN, [{"id": "x", "type": "page"}], session=preview.id)
    assert repository.get(f"/previews/{preview.id}") == (200, {"mainDocument": "draft"})


def test_a_token_without_a_document_of_its_own_names_none():
    repository, release = with_release()
    removing = repository.emulation.put_preview(ORIGIN, deleted=["home"])
    for named in (removing.id, release, repository.ref):
        assert repository.get(f"/previews/{named}") == (200, {})


def test_a_token_that_is_over_is_refused_as_in_a_search():
    repository = emulated(PAGE)
    preview = repository.emulation.put_preview(ORIGIN, [DRAFT])
    repository.emulation.end_preview(preview.id)
    asked = repository.get(f"/previews/{preview.id}")
    assert asked == repository.refusal(ref=preview.token)
    missing = f"{ORIGIN}/previews/none"
    assert repository.get("/previews/none") == repository.refusal(ref=missing)
