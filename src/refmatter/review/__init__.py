"""`refmatter review`: let a person rule on ambiguous titles, and save the rulings in the ledger.

    Ledger, Plan, Vault ─cases▶ Case ─desk or sheet▶ a ruling ─rulings▶ Line ─book▶ Ledger

The desk asks key by key on a terminal; the sheet is a file for an editor or a pull request.
"""
