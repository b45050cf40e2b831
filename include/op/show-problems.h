/* What is wrong with what a file holds. */
#ifndef OP_SHOW_PROBLEMS_H
#define OP_SHOW_PROBLEMS_H

#include "codec/intake.h"
#include "op/result.h"

/* Adds to problems what is wrong with the certificates, keys and requests of in, each for itself
 * and together: expired, weak, a key that belongs to no certificate, an unsorted chain. Of
 * signatures that certificates and requests make of themselves so many are verified, and notes say
 * how many were not. Codes are listed in kyman(1). */
void show_problems(struct warnings *problems, struct warnings *notes, const struct intake *in);

/* Adds to notes what should be known of in, and is no problem: the certificates that Java would not
 * see. Codes as above. */
void show_notes(struct warnings *notes, const struct intake *in);

#endif
