"""The whole life of an exchange on one page."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gateway import notices
from gateway.endpoints.json_text import escape_json
from gateway.errors import ApiError, NotFound, Refused, Unavailable, UpstreamFailed
from gateway.exchange import Judged
from gateway.filters import Chain, JsonStrings, Plain, Screen, TextFilter
from gateway.inspection import situations
from gateway.reply import Rewriter
from gateway.upstreams.base import Call, UpstreamError
from metrics.record import Closed, Opened, Outcome
from metrics.recorder import RecorderUnavailable
from metrics.store import StoreError
from policies.decision import Action, Decision
from redaction.restore import Restore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Hashable, Sequence

    from gateway.audit import Audit
    from gateway.endpoints.base import Message, TextPart
    from gateway.exchange import Exchange
    from gateway.inspection import Inspector
    from gateway.upstreams.base import Deployment
    from gateway.upstreams.selection import Upstreams
    from metrics.prometheus import Instruments
    from metrics.recorder import Recorder
    from policies.finding import Finding
    from policies.reading import Reading
    from policies.ruleset import Part
    from policies.situation import Zone

log = logging.getLogger("sekimori.proxy")

ZONES: frozenset[Zone] = frozenset({"on_premises", "external"})


@dataclass(frozen=True, slots=True)
class Gateway:
    """Takes an exchange from its door to its end."""

    inspector: Inspector
    upstreams: Upstreams
    recorder: Recorder
    instruments: Instruments
    audit: Audit | None = None

    async def handle(self, exchange: Exchange) -> AsyncGenerator[Message, None]:
        """The messages of the reply: one, or many when streamed. Raises ApiError.

        What is raised before the first message is the answer; what is raised after it ends the
        stream. However it ends, the record is closed.
        """
        outcome, status = Outcome.FAILED, 500
        refused: ApiError | None = None
        self.instruments.entered()
        try:
            try:
                await self._inspect(exchange)
            except ApiError as error:
                refused = error
            await self._open(exchange)
            if refused is not None:
                raise refused
            await self._break_glass(exchange)
            async for message in self._reply(exchange):
                yield message
            outcome, status = Outcome.ANSWERED, 200
        except ApiError as error:
            outcome = Outcome.BLOCKED if isinstance(error, Refused) else Outcome.FAILED
            status = error.status
            error.extra.setdefault("sekimori", notices.report(exchange))
            raise
        except (asyncio.CancelledError, GeneratorExit):
            outcome, status = Outcome.CANCELLED, 499
            raise
        finally:
            self._close(exchange, outcome, status)

    async def _inspect(self, exchange: Exchange) -> None:
        places = tuple(dict.fromkeys(d.place for d in self._candidates(exchange)))
        if not places and self.upstreams.knows(exchange.model):
            raise NotFound(
                f"モデル「{exchange.model}」はこのパス（{exchange.endpoint.path}）には対応していません。",
                code="endpoint_not_served",
                param="model",
            )
        if not places:
            raise NotFound(
                f"モデル「{exchange.model}」はこのゲートウェイにありません。GET /v1/models で確認してください。",
                code="model_not_found",
                param="model",
            )
        with self.instruments.inspection():
            await self.inspector.inspect(exchange, places)

    def _candidates(self, exchange: Exchange) -> Sequence[Deployment]:
        endpoint = exchange.endpoint
        return self.upstreams.candidates(exchange.model, endpoint.serves, ZONES, endpoint.native)

    async def _break_glass(self, exchange: Exchange) -> None:
        """Where a rule gave way to a written reason: nothing is sent before the audit chain holds it."""
        if not exchange.gave_way:
            return
        caller = exchange.caller
        details = {
            "department": caller.department,
            "person": caller.person,
            "model": exchange.model,
            "rules": list(exchange.gave_way),
            "reason": exchange.reason,
        }
        try:
            if self.audit is None:
                raise OSError
            await self.audit.append(f"key:{caller.key_id}", "break-glass", exchange.id, **details)
        except StoreError:
            raise Unavailable("理由の記録ができないため、送信していません。", code="audit_unavailable") from None

    async def _open(self, exchange: Exchange) -> None:
        """Make the record durable: nothing leaves unrecorded."""
        caller = exchange.caller
        try:
            await self.recorder.open(
                Opened(
                    id=exchange.id,
                    opened_at=exchange.opened_at,
                    department=caller.department,
                    person=caller.person,
                    caller_kind=caller.kind,
                    key_id=caller.key_id,
                    endpoint=exchange.endpoint.path,
                    model=exchange.model if self._candidates(exchange) else "",
                    streamed=exchange.streamed,
                    policy_revision=exchange.policy.revision,
                    verdict=exchange.verdict.word,
                    counts=exchange.counts(),
                    purpose=exchange.labels[0] if exchange.labels else None,
                    tool=exchange.labels[1] if exchange.labels else None,
                    classification=exchange.classification,
                )
            )
        except RecorderUnavailable:
            raise Unavailable("利用の記録ができないため、送信していません。", code="recorder_unavailable") from None

    async def _reply(self, exchange: Exchange) -> AsyncGenerator[Message, None]:
        """Send, rewrite, and put the report into the last message."""
        endpoint, body = exchange.endpoint, exchange.body
        rewriter = Rewriter(
            endpoint,
            lambda part: self._filter(exchange, part),
            lambda group: "" if endpoint.answers_in_json(body) else notices.footnote(exchange, group),
            endpoint.groups(body),
        )
        held: list[Message] = []  # a message that ends a text may be the last, which carries the report
        failed: UpstreamFailed | None = None
        try:
            async with aclosing(self._rewritten(exchange, rewriter)) as messages:
                async for message in messages:
                    while held:
                        yield held.pop()
                    if endpoint.ends(message):
                        held.append(message)
                    else:
                        yield message
        except UpstreamFailed as error:
            failed = error  # what came before it is still released, judged like the rest
        if rewriter.open:
            held += await self.inspector.guard(rewriter.close)
        if failed is not None:
            for message in held:
                yield message
            raise failed
        if not (held := held or rewriter.blank()):
            raise UpstreamFailed("AIモデルから回答がありませんでした。", status=502, code="upstream_bad_answer")
        for message in held[:-1]:
            yield message
        held[-1]["sekimori"] = notices.report(exchange)
        yield held[-1]

    async def _rewritten(self, exchange: Exchange, rewriter: Rewriter) -> AsyncGenerator[Message, None]:
        """The upstream's messages, every text of them screened and restored."""
        async with aclosing(self._upstream(exchange)) as messages:
            async for message in messages:
                self._note(exchange, message)
                # Most pieces of a stream complete no sentence: nothing is read, so no thread is asked.
                reads = rewriter.reads(message)
                ready_ones = await self.inspector.guard(rewriter.feed, message) if reads else rewriter.feed(message)
                for rewritten in ready_ones:
                    if (ready := exchange.endpoint.for_caller(rewritten, exchange.body)) is not None:
                        yield ready
                if rewriter.finished:
                    return

    async def _upstream(self, exchange: Exchange) -> AsyncGenerator[Message, None]:
        """The messages as they come; what goes wrong there as the caller should see it."""
        endpoint = exchange.endpoint
        call = Call(endpoint.serves, endpoint.prepare(exchange.body), translated=endpoint.serves != endpoint.path)
        native = Call(endpoint.native, endpoint.prepare_native(exchange.body)) if endpoint.native else None
        admitted = [d for d in self._candidates(exchange) if d.place in exchange.places]
        sending, hear = self.upstreams.send(call, admitted, native), endpoint.ear()
        try:
            async with aclosing(sending):
                async for message in sending:
                    exchange.deployment = sending.deployment
                    yield hear(message)
        except UpstreamError as error:
            self.instruments.upstream_error(error.deployment, error.status)
            headers = {"Retry-After": str(int(error.retry_after))} if error.retry_after else None
            raise UpstreamFailed(error.message, status=error.status, code=error.code, headers=headers) from None

    def _note(self, exchange: Exchange, message: Message) -> None:
        if exchange.first_token_ms is None:
            exchange.first_token_ms = exchange.elapsed_ms
        if usage := exchange.endpoint.usage(message):
            exchange.usage = usage

    def _filter(self, exchange: Exchange, part: TextPart) -> TextFilter:
        """Screen, then restore; for a text that is JSON, string by string."""
        in_json = exchange.endpoint.answers_in_json(exchange.body)

        def new(*, escaped: bool = False) -> TextFilter:
            screen = self._screen(exchange, part)
            if exchange.vault is None:
                return screen
            restore = Restore(exchange.vault, escape_json) if escaped else Restore(exchange.vault)
            return Chain(screen, Plain(restore))

        if part.json:
            return JsonStrings(new, lambda: new(escaped=True))
        return new(escaped=in_json)

    def _screen(self, exchange: Exchange, part: TextPart) -> Screen:
        policy, where, group = exchange.policy, f"reply{part.path}", part.key[0]

        def detect(reading: Reading, part: Part = "sentence") -> Sequence[Finding]:
            """Everything but what touches a token of ours: that is no text of the model's."""
            tokens = list(exchange.vault.spans(reading.text)) if exchange.vault else []
            found = self.inspector.detect(policy, reading, part)
            return [f for f in found if not any(f.span.start < end and start < f.span.end for start, end in tokens)]

        def decide(findings: Sequence[Finding]) -> Sequence[Decision]:
            return policy.decide(findings, *situations(exchange, "reply"))

        def record(sentence: int, decisions: Sequence[Decision]) -> None:
            exchange.judged.extend(_judged_reply(where, sentence, group, decisions))

        def reason(decision: Decision) -> str:
            return notices.interruption(policy, decision)

        def better(decision: Decision) -> str | None:
            return notices.replacement(policy, decision)

        return Screen(detect, decide, record, reason, better, partial(detect, part="whole"))

    def _close(self, exchange: Exchange, outcome: Outcome, status: int) -> None:
        """Close the record, if it was opened. Runs in ``finally``: it neither waits nor raises."""
        latency = exchange.elapsed_ms
        if outcome is Outcome.ANSWERED and any(
            j.direction == "reply" and j.decision.action is Action.BLOCK for j in exchange.judged
        ):
            outcome = Outcome.BLOCKED
        self.recorder.close(
            Closed(
                id=exchange.id,
                closed_at=datetime.now(UTC),
                outcome=outcome,
                status=status,
                deployment=exchange.deployment.name if exchange.deployment else None,
                zone=exchange.deployment.zone if exchange.deployment else None,
                input_tokens=exchange.usage[0] if exchange.usage else None,
                output_tokens=exchange.usage[1] if exchange.usage else None,
                first_token_ms=exchange.first_token_ms,
                latency_ms=latency,
                verdict=exchange.verdict.word,
                counts=exchange.counts(),
                rules=exchange.rules(),
            )
        )
        first = exchange.first_token_ms
        self.instruments.left()
        if outcome is Outcome.ANSWERED and exchange.labels:
            self.instruments.use(*exchange.labels)
        self.instruments.decisions(exchange.counts())
        self.instruments.usage(exchange.model, exchange.usage, None if first is None else first / 1000)
        self.instruments.exchange(exchange.endpoint.path, exchange.model, outcome.value, latency / 1000)
        log.info("exchange %s %s %d %.0f ms", exchange.id, outcome.value, status, latency)


def _judged_reply(where: str, sentence: int, group: Hashable, decisions: Sequence[Decision]) -> list[Judged]:
    return [Judged("reply", where, decision, sentence, group) for decision in decisions]
