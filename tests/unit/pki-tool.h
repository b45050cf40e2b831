/* A scratch folder, and other tools run in it, for the tests of pki. */
#ifndef TESTS_PKI_TOOL_H
#define TESTS_PKI_TOOL_H

#include "base/buf.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOOL_PATH_MAX = 4096 };

/* Makes a scratch folder and goes there. False when that cannot be. */
static inline bool
tool_enter(char folder[TOOL_PATH_MAX])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, TOOL_PATH_MAX, "%s/kyman-pki-XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(folder) && chdir(folder) == 0;
}

/* Leaves the scratch folder and removes it with its files. */
static inline void
tool_leave(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." stay */
	if (dir)
		closedir(dir);
	if (chdir("/") == 0)
		(void)rmdir(folder); /* scratch */
}

/* Runs a shell's line in the scratch folder; its output goes to the files out and err there.
 * Returns its status. */
static inline int
tool_run(const char *line)
{
	pid_t child = fork();
	int status = 0;

	if (child < 0)
		return 255;
	if (child == 0) {
		int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		int err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child)
		return 255;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* True when a tool is on the path. */
static inline bool
tool_here(const char *name)
{
	char line[128];

	snprintf(line, sizeof(line), "command -v %s", name);
	return tool_run(line) == 0;
}

/* Writes a file in the scratch folder. */
static inline bool
tool_write(const char *name, struct span bytes)
{
	FILE *f = fopen(name, "wb");
	bool ok = f && fwrite(bytes.data, 1, bytes.size, f) == bytes.size;

	return f && fclose(f) == 0 && ok;
}

/* Appends a file of the scratch folder. */
static inline bool
tool_read(struct buf *to, const char *name)
{
	FILE *f = fopen(name, "rb");
	unsigned char some[4096];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(some, 1, sizeof(some), f)) > 0)
		buf_put(to, SPAN_OF(some, n));
	return fclose(f) == 0;
}

/* True when a file of the scratch folder holds this text. */
static inline bool
tool_says(const char *name, const char *text)
{
	struct buf all = BUF_INIT;
	bool found = tool_read(&all, name) && strstr(buf_text(&all), text) != NULL;

	buf_release(&all);
	return found;
}

#endif
