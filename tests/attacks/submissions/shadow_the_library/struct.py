raise SystemExit('SUCCEEDED: shadowed')
