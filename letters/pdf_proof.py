def check(pdf, context):
    return ()
