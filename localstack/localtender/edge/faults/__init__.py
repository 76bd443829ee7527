"""Faults of AWS on demand: what a stack meets in production and an emulator never shows by itself.

```
client, function, Terraform ── FaultStage ── authorize ── service     any call, by HTTP
event source mappings ──────── FaultyEngineCalls ── engine            calls of pollers, in process
every way to invoke ────────── InvocationFaults ── environment        cold starts and crashes
                                     │
                                EdgeFaults      the rules, and what struck
```

Rules, distributions and the faults of a connection are those of `fault_injection`, which the
sandboxes of payment providers use, too. One kind of fault is one module here or there; `kinds`
names them all, and says which calls each can strike. To add one, write its module and name it
there; what it wants done is an `Action` that the three places above carry out.
"""
