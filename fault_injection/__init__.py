"""Faults that can be injected into calls: what they do, when they strike, how they repeat.

The sandboxes of payment providers and the edge in front of AWS both take their rules, their
distributions and the faults of a connection from here. Nothing here knows a payment provider or
AWS. A rule names a *kind* of fault and the calls it strikes; when it fires, it says what should
happen as an ``Effect``, and whatever carries the call makes that happen.

To add a kind: write one module with a class that satisfies ``Fault``, and name it in the ``kinds``
of whoever can carry it out (``sandbox_mocks.shared.faults``, ``localtender.edge.faults``).
"""
