/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main of a fuzz target that is not linked with libFuzzer: runs it once over each file of its
 * corpus, testdata/fuzz/<what> for fuzz-<what>, or over the files that are named. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 64 * 1024 * 1024, PATH_MAX_HERE = 4096 };

/* What each target defines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One exact allocation, so that the sanitizer sees a read past the end. */
static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char *all = malloc(INPUT_MAX);
	unsigned char *exact = NULL;
	size_t size;
	int failed = 1;

	if (!f || !all)
		goto out;
	size = fread(all, 1, INPUT_MAX, f);
	if (ferror(f))
		goto out;
	exact = malloc(size ? size : 1);
	if (!exact)
		goto out;
	memcpy(exact, all, size);
	(void)LLVMFuzzerTestOneInput(exact, size);
	failed = 0;
out:
	if (failed)
		(void)fprintf(stderr, "cannot replay %s\n", path);
	free(exact);
	free(all);
	if (f)
		(void)fclose(f);
	return failed;
}

static int
replay_folder(const char *folder, unsigned *count)
{
	char path[PATH_MAX_HERE];
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int failed = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "README") == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) <
		    (int)sizeof(path))
			failed |= replay(path);
		++*count;
	}
	(void)closedir(dir);
	return failed;
}

int
main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	const char *name = strstr(argv[0], "fuzz-");
	char folder[PATH_MAX_HERE];
	unsigned count = 0;
	int failed = 0;
	int i;

	for (i = 1; i < argc; i++) {
		failed |= replay(argv[i]);
		count++;
	}
	if (argc == 1 && name) {
		(void)snprintf(folder, sizeof(folder), "%s/testdata/fuzz/%s", top ? top : ".",
			       name + strlen("fuzz-"));
		failed = replay_folder(folder, &count);
	}
	/* No input is never refused. */
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("1..1\n%s 1 - replayed %u files\n", failed ? "not ok" : "ok", count);
	return failed;
}
