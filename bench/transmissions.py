"""What a FHIR request costs at its door: read, checked, made a case, answered."""

import json
import uuid
from collections.abc import Iterator
from typing import Any, Final

from bench import floors
from bench.floors import Copier
from bench.ground import Ground, Place, application
from bench.measure import Figure, Stopped, each, in_turns
from bench.scales import Scales
from bench.statements import shown
from bench.visitors import application_of, quietly, token
from bench.witness import Witness
from casework.interop.fhir import wire
from tests.builders import add_joe_smith
from tests.interop.fhir.samples import bundle

ROUNDS: Final = 40
DOOR: Final = "/fhir/pas/2.2/Claim/$submit"
SAMPLE: Final = "ig-2.2.1/Bundle-ReferralAuthorizationBundleExample.json"


def figures(ground: Ground) -> Iterator[Figure]:
    """Milliseconds of one `$submit`."""
    with ground.place("fhir") as place, quietly():
        add_joe_smith(place.settings, place.town)
        yield _submitted(place)


def _submitted(place: Place) -> Figure:
    client = application_of(place).test_client()
    headers = {"Authorization": f"Bearer {token(place, 'Maple')}"}

    def submit(body: bytes) -> None:
        answer = client.post(DOOR, data=body, content_type=wire.MEDIA_TYPE, headers=headers)
        if answer.status_code != 200 or b"PA-20" not in answer.data:
            raise Stopped(f"$submit answered {answer.status_code} and opened no case.")

    for _ in range(3):
        submit(a_bundle())
    witness = Witness(place)
    footprint = witness.footprint(lambda: submit(a_bundle()))
    copier = Copier(footprint, place.settings.data_dir)
    connection = application(place.addresses, reach="all")
    body = a_bundle()

    def read_and_write(work: Any) -> None:
        json.loads(body)
        floors.write(connection, work)

    scales = Scales(witness)
    taken = in_turns(
        scales.watched("ours", each(submit, a_bundle)),
        scales.watched("floor", each(read_and_write, copier.anew)),
        rounds=ROUNDS,
    )
    counted = scales.require_equal("FHIR $submit")
    witness.close()
    connection.close()
    return Figure(
        name="FHIR $submit",
        unit="ms",
        n=taken.n,
        ours=taken.ours * 1000,
        floor=taken.floor * 1000,
        statements=("json.loads(body)", *shown(footprint)),
        counted=counted,
    )


def a_bundle() -> bytes:
    """The public sample as a request of its own: the Bundle and the Claim under new identifiers."""
    sent = bundle(SAMPLE)
    sent["identifier"] = {"system": "urn:bench", "value": uuid.uuid4().hex}
    return wire.write(sent)
