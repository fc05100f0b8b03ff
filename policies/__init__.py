"""The vocabulary and the judge: findings, actions, rules. Imports nothing of ours."""
