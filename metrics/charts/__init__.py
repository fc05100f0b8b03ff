"""Charts as SVG text, rendered here: no JavaScript, no fonts fetched, readable when printed in grey.

One hue, from the Digital Agency's design system (#0017C1 is 11.1:1 on white). What colour says is always said by a number, a
shape or a position too. The same data stands in a table beside each chart; the description of a chart says where.
"""
