"""The tutorial of docs/api.md, by a client that a generator has made of /openapi.yaml.

Nothing here writes HTTP: paths, parameters, headers, bodies and answers are the generated client's.
Arguments: the service's address, a token of a university's owner.
"""

import sys
import uuid

from client import AuthenticatedClient
from client.api.answer_codes import list_answer_codes
from client.api.experts import change_expert, get_expert, list_expert
from client.api.offers import accept_offer, decline_offer, get_offer, list_offers
from client.models import ExpertChange, ListOffersState, OfferAccept, OfferDecline
from client.models import ListAnswerCodesMechanism


def expect(response, status):
    """The parsed body of an answer that has to have a status."""
    if response.status_code != status:
        sys.exit(f"{response.status_code} instead of {status}: {response.content.decode()}")
    if response.parsed is None and status != 204:
        sys.exit(f"the client cannot read its own document's {status}: {response.content.decode()}")
    return response.parsed


def main(address, token):
    client = AuthenticatedClient(base_url=address, token=token)

    # 3. What is there for us?
    page = expect(
        list_offers.sync_detailed(client=client, state=ListOffersState.OFFERED, limit=2), 200)
    assert page.hidden > 0 and len(page.items) == 2, page
    first, second = page.items

    # 4. Accept it; once, however often it is sent.
    read = get_offer.sync_detailed(first.offer_id, client=client)
    assert expect(read, 200).to_dict() == first.to_dict()
    key = str(uuid.uuid4())
    answers = [
        accept_offer.sync_detailed(
            first.offer_id, client=client, body=OfferAccept(note="同意选派"),
            idempotency_key=key, if_match=read.headers["ETag"])
        for _ in range(2)
    ]
    accepted = [expect(answer, 200) for answer in answers]
    assert accepted[0].state == "accepted" and accepted[0].to_dict() == accepted[1].to_dict()
    assert answers[1].headers["Idempotency-Replayed"] == "true"

    # 5. Or decline another, with a reason that the service names.
    codes = expect(
        list_answer_codes.sync_detailed(
            client=client, mechanism=ListAnswerCodesMechanism.TECHVP), 200)
    code = next(item.code for item in codes.items if item.code == "not_released")
    declined = expect(
        decline_offer.sync_detailed(
            second.offer_id, client=client, body=OfferDecline(code=code, note="教学任务冲突"),
            idempotency_key=str(uuid.uuid4()), if_match=f'"{second.etag}"'), 200)
    assert declined.state == "declined" and declined.answer_code == code

    # A problem is read like any other answer.
    problem = expect(
        decline_offer.sync_detailed(
            second.offer_id, client=client, body=OfferDecline(code=code),
            idempotency_key=str(uuid.uuid4()), if_match=f'"{declined.etag}"'), 409)
    assert problem.code == "wrong_state" and problem.remedy

    # 6. Change one's own rows.
    expert = expect(list_expert.sync_detailed(client=client, limit=1), 200).items[0]
    read = get_expert.sync_detailed(expert.code, client=client)
    days = 6 if expect(read, 200).days_per_month != 6 else 5
    changed = expect(
        change_expert.sync_detailed(
            expert.code, client=client, body=ExpertChange(days_per_month=days),
            if_match=read.headers["ETag"]), 200)
    assert changed.days_per_month == days
    stale = change_expert.sync_detailed(
        expert.code, client=client, body=ExpertChange(days_per_month=days),
        if_match=read.headers["ETag"])
    assert expect(stale, 412).code == "changed_meanwhile"
    print(f"the generated client has accepted offer {first.offer_id}, declined {second.offer_id} "
          f"and changed expert {expert.code}")


main(*sys.argv[1:])
