/*
 * What the health worker asks of the monitor's SQL and what it tells it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "node_list.h"

/* The worker runs as superuser, so it calls only what came with the extension's installation. */
static const char *const extension_present_sql =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pgautofailover') "
    "AND pg_catalog.to_regprocedure('pgautofailover.nodes_to_check()') IS NOT NULL "
    "AND pg_catalog.to_regprocedure('pgautofailover.record_health(bigint[],text[])') IS NOT NULL";

static const char *const nodes_to_check_sql =
    "SELECT node_id::bigint, node_host::text, node_port::int FROM pgautofailover.nodes_to_check()";

static const char *const record_health_sql = "SELECT pgautofailover.record_health($1, $2)";

typedef struct ReadRequest
{
    NodeList *list;
    MemoryContext result_context;
} ReadRequest;

typedef struct RecordRequest
{
    const NodeAnswer *answers;
    int count;
} RecordRequest;

static void
select_rows(const char *sql)
{
    if (SPI_execute(sql, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "not a query that returns rows: %s", sql);
}

/* The value of a column of a result row; a missing one is an error. */
static Datum
column(uint64 row, int number)
{
    bool is_null;
    Datum value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number, &is_null);

    if (is_null)
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                 errmsg("pgautofailover.nodes_to_check() returned a null in column %d", number)));
    return value;
}

static bool
is_extension_present(void)
{
    select_rows(extension_present_sql);
    return SPI_processed == 1 && DatumGetBool(column(0, 1));
}

static void
read_list(void *argument)
{
    ReadRequest *request = argument;

    request->list->extension_present = is_extension_present();
    if (!request->list->extension_present)
        return;

    select_rows(nodes_to_check_sql);
    for (uint64 row = 0; row < SPI_processed; row++)
    {
        MemoryContext spi_context = MemoryContextSwitchTo(request->result_context);
        ListedNode *node = palloc(sizeof(ListedNode));

        node->id = DatumGetInt64(column(row, 1));
        node->host = TextDatumGetCString(column(row, 2));
        node->port = DatumGetInt32(column(row, 3));
        request->list->nodes = lappend(request->list->nodes, node);
        MemoryContextSwitchTo(spi_context);
    }
}

bool
node_list_read(MonitorCall *call, NodeList *list)
{
    ReadRequest request = {list, CurrentMemoryContext};

    list->extension_present = false;
    list->nodes = NIL;
    return monitor_call(call, read_list, &request);
}

static Datum
array_of(Datum *values, int count, Oid type)
{
    int16 length;
    bool by_value;
    char alignment;

    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    return PointerGetDatum(construct_array(values, count, type, length, by_value, alignment));
}

static void
record_answers(void *argument)
{
    const RecordRequest *request = argument;
    Datum *ids = palloc(sizeof(Datum) * Max(request->count, 1));
    Datum *words = palloc(sizeof(Datum) * Max(request->count, 1));
    Oid types[2] = {INT8ARRAYOID, TEXTARRAYOID};
    Datum values[2];

    for (int index = 0; index < request->count; index++)
    {
        ids[index] = Int64GetDatum(request->answers[index].id);
        words[index] = CStringGetTextDatum(probe_answer_name(request->answers[index].answer));
    }
    values[0] = array_of(ids, request->count, INT8OID);
    values[1] = array_of(words, request->count, TEXTOID);

    if (SPI_execute_with_args(record_health_sql, 2, types, values, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "not a query that returns rows: %s", record_health_sql);
}

bool
node_list_record(MonitorCall *call, const NodeAnswer *answers, int count)
{
    RecordRequest request = {answers, count};

    return monitor_call(call, record_answers, &request);
}

int
node_list_next_ms(void)
{
    const char *setting = GetConfigOption("pgautofailover_beat.next_ms", true, false);

    return setting != NULL && setting[0] != '\0' ? pg_strtoint32(setting) : -1;
}
