/* What a process that only reads gives up before it takes in files that others made: should one of
 * them get the better of it, there is little that it can do. */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

enum {
	CONFINE_FILES = 1 << 0, /* Landlock: no file is written, made, renamed, removed, run */
	CONFINE_CALLS =
	    1 << 1, /* seccomp: nor by its calls; no program, process, socket, tracing */
	CONFINE_ALL = CONFINE_FILES | CONFINE_CALLS,
};

/* Gives up for good, for this thread and those that it starts: new privileges (no_new_privs), and
 * what is wanted (CONFINE_...). Reading any file, threads, and what is open already, for writing
 * too, go on working; what was given up fails with EPERM or EACCES. Call it while there is one
 * thread. Returns those of wanted that the kernel granted: an old one has none, and that is no
 * error. Where a sanitizer or gcov is built in, which write and trace at the end, none is. */
unsigned confine(unsigned wanted);

#endif
