block = "From all patients to response"
left = population.copy()
numbers = counted(block, POPULATION, left)
for label, without, mask in STEPS:
    numbers += counted(block, without, left & ~mask, kind="lost")
    left &= mask
    numbers += counted(block, label, left)
