/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set-up, the front end, tear-down, exit status. */
#include "base/secret.h"
#include "ui/ask.h"
#include "ui/front.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Descriptors 0 to 2 that the caller closed would be given to the next file that is opened, and
 * what is printed would go there. Each is opened the wrong way round, so that using it is an error.
 */
static void
open_standard(void)
{
	FILE *const files[] = { stdin, stdout, stderr };
	const char *const modes[] = { "w", "r", "w" };
	FILE *opened;
	int copy;

	for (int fd = 0; fd < 3; fd++) {
		copy = dup(fd);
		if (copy >= 0) {
			(void)close(copy);
			continue;
		}
		opened = freopen("/dev/null", modes[fd], files[fd]);
		if (!opened)
			_exit(1);
	}
}

static void
on_fatal(int number)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t set;

	ask_tty_restore();
	secret_wipe_all();
	(void)sigaction(number, &plain, NULL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)raise(number);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* A signal that the caller has us ignore (nohup) stays ignored. */
static void
catch_signals(void)
{
	static const int fatal[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_fatal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before;

	(void)sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
		if (!sigaction(fatal[i], NULL, &before) && before.sa_handler != SIG_IGN)
			(void)sigaction(fatal[i], &action, NULL);
	}
	/* Writing to a pipe that nobody reads is an error like others, and so is a file that grows
	 * over ulimit -f: what was begun of it goes again. */
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

int
main(int argc, char **argv)
{
	open_standard();
	secret_protect_process();
	catch_signals();
	return front_run(argc, argv);
}
