"""User pool triggers that the engine does not fire: around its operations, by its public API.

The engine itself fires token generation, custom challenges, federated sign-up and the message of
AdminCreateUser. Here are sign-up, confirmation, authentication and migration.
"""
