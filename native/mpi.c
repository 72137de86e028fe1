/*
 * How the processes of one run, its ranks, send each other numbers: two collective operations of MPI that do not block,
 * so that the event loop goes on, and a test whether one has ended. Compiled where it is used (rnn doctor --mpi), since
 * Open MPI and MPICH have no binary interface in common.
 *
 * P ranks; a rank's counts (P) say how many numbers go to or come from each. Every argument is checked, so no call can
 * read or write outside its arrays.
 */
#include <limits.h>
#include <mpi.h>
#include <node_api.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_PENDING 8
/* looks of one test, between which others may have the core; after so many tests in vain it sleeps a little instead */
#define LOOKS 100
#define PATIENT_TESTS 50
static const struct timespec NAP = {0, 100000};

/* an exchange that goes on; MPI reads its counts and arrays until it has ended */
typedef struct {
  bool used;
  MPI_Request request;
  int *counts;
  napi_ref arrays;
} exchange;

static exchange pending[MAX_PENDING];
static int ranks, tests;

static napi_value fail(napi_env env, const char *message) {
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

static napi_value number(napi_env env, int32_t x) {
  napi_value value;
  napi_create_int32(env, x, &value);
  return value;
}

typedef struct {
  void *at;
  size_t length;
  napi_typedarray_type type;
} array;

static bool array_of(napi_env env, napi_value value, array *a) {
  bool is = false;
  return napi_is_typedarray(env, value, &is) == napi_ok && is &&
         napi_get_typedarray_info(env, value, &a->type, &a->length, &a->at, NULL, NULL) == napi_ok;
}

static MPI_Datatype type_of(const array *a) {
  switch (a->type) {
    case napi_float32_array: return MPI_FLOAT;
    case napi_float64_array: return MPI_DOUBLE;
    case napi_uint8_array: return MPI_BYTE;
    default: return MPI_DATATYPE_NULL;
  }
}

/* counts (P) from an Int32Array, and where each part begins, displacements (P); all parts fill the array */
static bool counts_of(napi_env env, napi_value value, const array *all, int *counts, int *displacements) {
  array given;
  if (!array_of(env, value, &given) || given.type != napi_int32_array || given.length != (size_t)ranks) return false;
  size_t sum = 0;
  for (int q = 0; q < ranks; q++) {
    counts[q] = ((int32_t *)given.at)[q];
    displacements[q] = (int)sum;
    if (counts[q] < 0 || (sum += (size_t)counts[q]) > INT_MAX) return false;
  }
  return sum == all->length;
}

/* a free place with room for two lists of counts and displacements (4P), which holds the arguments */
static exchange *begin(napi_env env, const napi_value *arguments, size_t count) {
  for (exchange *e = pending; e < pending + MAX_PENDING; e++) {
    if (e->used) continue;
    napi_value held;
    e->counts = malloc(4 * (size_t)ranks * sizeof *e->counts);
    if (!e->counts) return NULL;
    napi_create_array(env, &held);
    for (size_t i = 0; i < count; i++) napi_set_element(env, held, (uint32_t)i, arguments[i]);
    napi_create_reference(env, held, 1, &e->arrays);
    e->used = true;
    return e;
  }
  return NULL;
}

static void end(napi_env env, exchange *e) {
  free(e->counts);
  napi_delete_reference(env, e->arrays);
  e->used = false;
}

static napi_value started(napi_env env, exchange *e, int error) {
  if (error == MPI_SUCCESS) return number(env, (int32_t)(e - pending));
  end(env, e);
  return fail(env, "the exchange could not be begun");
}

/* allToAll(send, sendCounts, receive, receiveCounts) → number of the exchange */
static napi_value all_to_all(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value v[4];
  array send, receive;
  napi_get_cb_info(env, info, &count, v, NULL, NULL);
  if (count < 4 || !array_of(env, v[0], &send) || !array_of(env, v[2], &receive) || send.type != receive.type ||
      type_of(&send) == MPI_DATATYPE_NULL)
    return fail(env, "expected two arrays of one type, each with counts");
  exchange *e = begin(env, v, 4);
  if (!e) return fail(env, "too many exchanges at a time");
  int *c = e->counts;
  const int P = ranks;
  if (!counts_of(env, v[1], &send, c, c + P) || !counts_of(env, v[3], &receive, c + 2 * P, c + 3 * P)) {
    end(env, e);
    return fail(env, "expected counts for each rank that fill the array");
  }
  return started(env, e,
                 MPI_Ialltoallv(send.at, c, c + P, type_of(&send), receive.at, c + 2 * P, c + 3 * P,
                                type_of(&receive), MPI_COMM_WORLD, &e->request));
}

/* allGather(own, all, counts) → number of the exchange */
static napi_value all_gather(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value v[3];
  array own, all;
  int rank;
  napi_get_cb_info(env, info, &count, v, NULL, NULL);
  if (count < 3 || !array_of(env, v[0], &own) || !array_of(env, v[1], &all) || own.type != all.type ||
      type_of(&own) == MPI_DATATYPE_NULL)
    return fail(env, "expected two arrays of one type and counts");
  exchange *e = begin(env, v, 3);
  if (!e) return fail(env, "too many exchanges at a time");
  int *c = e->counts;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (!counts_of(env, v[2], &all, c, c + ranks) || (size_t)c[rank] != own.length) {
    end(env, e);
    return fail(env, "expected counts for each rank that fill the array");
  }
  return started(env, e,
                 MPI_Iallgatherv(own.at, c[rank], type_of(&own), all.at, c, c + ranks, type_of(&all),
                                 MPI_COMM_WORLD, &e->request));
}

/* test(number) → whether that exchange has ended; looks for a moment, since a look from JavaScript costs more */
static napi_value test(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value v[1], result;
  int32_t place = -1;
  int ended = 0;
  napi_get_cb_info(env, info, &count, v, NULL, NULL);
  if (count < 1 || napi_get_value_int32(env, v[0], &place) != napi_ok || place < 0 || place >= MAX_PENDING ||
      !pending[place].used)
    return fail(env, "expected the number of an exchange");
  exchange *e = pending + place;
  if (++tests > PATIENT_TESTS) nanosleep(&NAP, NULL);
  for (int look = 0; look < LOOKS; look++) {
    MPI_Test(&e->request, &ended, MPI_STATUS_IGNORE);
    if (ended) break;
    sched_yield();
  }
  if (ended) {
    tests = 0;
    end(env, e);
  }
  napi_get_boolean(env, ended, &result);
  return result;
}

/* begin() → { rank, ranks, local }, once all ranks have come to it; local is how many are on this machine */
static napi_value begin_ranks(napi_env env, napi_callback_info info) {
  (void)info;
  int level, rank, local;
  MPI_Comm machine;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS) return fail(env, "MPI does not begin");
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &local);
  MPI_Comm_free(&machine);
  napi_value result;
  napi_create_object(env, &result);
  napi_set_named_property(env, result, "rank", number(env, rank));
  napi_set_named_property(env, result, "ranks", number(env, ranks));
  napi_set_named_property(env, result, "local", number(env, local));
  return result;
}

/* library() → the name and version of the MPI that this was compiled for; needs no begin() */
static napi_value library(napi_env env, napi_callback_info info) {
  (void)info;
  char name[MPI_MAX_LIBRARY_VERSION_STRING];
  int length;
  napi_value value;
  MPI_Get_library_version(name, &length);
  napi_create_string_utf8(env, name, strcspn(name, "\n"), &value);
  return value;
}

/* finish(): after the last exchange of all ranks */
static napi_value finish(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  MPI_Finalize();
  return NULL;
}

/* abort(code): ends this rank and all others */
static napi_value abort_ranks(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value v[1];
  int32_t code = 1;
  napi_get_cb_info(env, info, &count, v, NULL, NULL);
  if (count > 0) napi_get_value_int32(env, v[0], &code);
  MPI_Abort(MPI_COMM_WORLD, code);
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } EXPORTS[] = {{"library", library},      {"begin", begin_ranks}, {"allToAll", all_to_all},
                 {"allGather", all_gather}, {"test", test},         {"finish", finish},
                 {"abort", abort_ranks}};
  for (size_t i = 0; i < sizeof EXPORTS / sizeof *EXPORTS; i++) {
    napi_value value;
    napi_create_function(env, EXPORTS[i].name, NAPI_AUTO_LENGTH, EXPORTS[i].function, NULL, &value);
    napi_set_named_property(env, exports, EXPORTS[i].name, value);
  }
  return exports;
}
