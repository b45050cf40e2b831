/* GSKit's commands (runmqakm, gskcapicmd): -OBJECT -ACTION [-OPTION [VALUE]]... over one table of
 * actions, each of which runs the operations that words run. */
#ifndef UI_GSKIT_H
#define UI_GSKIT_H

#include "ui/scan.h"
#include "ui/view.h"

/* Runs a command line of GSKit's and prints to v, failures too. Passwords in argv are overwritten
 * as soon as they are read. *status is RC_OK or RC_FAILED, v->exit GSKit's own number then. */
NODISCARD enum rc gskit_run(struct view *v, int argc, char *const *argv, enum rc *status,
			    struct err *err);

#endif
