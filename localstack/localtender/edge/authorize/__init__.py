"""Who calls, and what policies let them: SigV4 identities and IAM policy evaluation.

```
signatures ── identities ──┐
policy_documents ── matching, conditions, principals ── evaluation
```
"""
