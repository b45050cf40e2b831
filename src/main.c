/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set-up, the front end, tear-down, exit status. */
#include "base/secret.h"
#include "base/sweep.h"
#include "ui/ask.h"
#include "ui/front.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
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

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED
#endif
/* What is built in needs memory, and the exit handlers. */
#if defined(SANITIZED) || defined(KYMAN_INSTRUMENTED)
#define PLAIN_EXIT
#endif

/* The handlers' own stack: the other goes. */
enum { STACK_SIZE = 64 * 1024 };
static unsigned char stack[STACK_SIZE];

/* What libraries have in memory goes, and the registers as they were. There is no way back. */
static void
forget(unsigned char *context)
{
#ifndef SANITIZED
	sweep_memory();
	if (context >= stack && context < stack + STACK_SIZE)
		explicit_bzero(context, (size_t)(stack + STACK_SIZE - context));
#else
	(void)context;
#endif
}

static void
on_fatal(int number, siginfo_t *info, void *context)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t set;

	(void)info;
	ask_tty_restore();
	secret_wipe_all();
	forget(context);
	(void)sigaction(number, &plain, NULL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)raise(number);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* What ends a process unless it is caught. A sanitizer catches its own, and says where. */
static const int fatal[] = {
	SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,   SIGALRM, SIGUSR1, SIGUSR2,
	SIGPOLL, SIGPROF, SIGPWR,  SIGVTALRM, SIGXCPU,
#ifndef SANITIZED
	SIGABRT, SIGBUS,  SIGFPE,  SIGILL,    SIGSEGV, SIGSYS,  SIGTRAP,
#endif
};

/* A signal that the caller has us ignore (nohup) stays ignored. */
static void
catch_signals(void)
{
	struct sigaction action = { .sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	stack_t own = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction before;

	(void)sigaltstack(&own, NULL);
	(void)sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
		if (!sigaction(fatal[i], NULL, &before) && before.sa_handler != SIG_IGN)
			(void)sigaction(fatal[i], &action, NULL);
	}
	/* Writing to a pipe that nobody reads is an error like others, and so is a file that grows
	 * over ulimit -f: what was begun of it goes again. */
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

/* The library frees numbers of new keys and does not wipe them; where other threads made keys,
 * nobody writes over them. So memory goes as at a signal, and there is no way but out. */
static int
leave(int status)
{
	sweep_stack();
#ifndef PLAIN_EXIT
	/* What was printed is out: front_run looks at whether that worked. */
	(void)fflush(NULL);
	secret_wipe_all();
	if (secret_was_made())
		sweep_memory();
	_exit(status);
#endif
	return status;
}

int
main(int argc, char **argv)
{
	open_standard();
	secret_protect_process();
	catch_signals();
	return leave(front_run(argc, argv));
}
