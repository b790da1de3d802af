using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class WriteTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_new_object_gets_defaults_a_uid_and_generation_1(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.CreateAsync("one", """{"kind":"a","size":null,"name":null,"maybe":null,"nested":{"list":[{"id":"i"}]}}""");
        Assert.Equal(1, (int)reply["metadata.generation"]!);
        Assert.Equal((3, "x", 1), ((int)reply["spec.size"]!, (string?)reply["spec.nested.a"], (int)reply["spec.nested.list.0.c"]!));
        Assert.Equal("Pending", (string?)reply["status.phase"]);
        Assert.False(reply["spec"]!.AsObject().ContainsKey("name"));
        Assert.True(Guid.TryParse(reply.Uid, out _));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_second_object_of_the_same_name_answers_409_AlreadyExists(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        var reply = await api.PostAsync(api.Widgets, RawApi.Widget("one"));
        Assert.Equal((409, "AlreadyExists", "widgets.test.foreman.dev \"one\" already exists"), (reply.Code, reply.Reason, reply.Message));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Strict_validation_refuses_unknown_and_duplicate_fields(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.PostAsync(api.Widgets + "?fieldValidation=Strict", RawApi.Widget("one", """{"kind":"a","kind":"b","foo":1,"nested":{"zz":{"a":1}}}""", ""","bogus":"x" """));
        Assert.Equal((400, "BadRequest"), (reply.Code, reply.Reason));
        Assert.Equal(
            "Widget in version \"v1alpha1\" cannot be handled as a Widget: strict decoding error: duplicate field \"spec.kind\", unknown field \"metadata.bogus\", unknown field \"spec.foo\", unknown field \"spec.nested.zz\"",
            reply.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Without_strict_validation_unknown_fields_are_dropped_with_a_warning(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"a","foo":1,"free":{"any":{"thing":[1]}}}"""));
        Assert.Equal(["unknown field \"spec.foo\""], reply.Warnings);
        Assert.False(reply["spec"]!.AsObject().ContainsKey("foo"));
        Assert.Equal("""{"any":{"thing":[1]}}""", reply["spec.free"]!.ToJsonString());
        var silent = await api.PostAsync(api.Widgets + "?fieldValidation=Ignore", RawApi.Widget("two", """{"kind":"a","foo":1}"""));
        Assert.Empty(silent.Warnings);
        var patch = await api.MergePatchAsync(api.Widgets + "/one?fieldValidation=Strict", """{"spec":{"nope":4}}""");
        Assert.Equal((422, "Invalid"), (patch.Code, patch.Reason));
        Assert.EndsWith("strict decoding error: unknown field \"spec.nope\"", patch.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Every_bound_of_the_schema_is_checked_and_named(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var low = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"c","size":11,"name":"A","tags":[],"set":["a","a"],"labels":{"a":"1","b":"2","c":"3"},"port":{},"free":1,"ratio":-1,"when":"x","flag":"no","nested":{"list":[{"c":"x"}]}}"""));
        Assert.Equal((422, "Invalid"), (low.Code, low.Reason));
        Assert.Equal(
            [
                "spec.flag FieldValueTypeInvalid Invalid value: \"string\": spec.flag in body must be of type boolean: \"string\"",
                "spec.free FieldValueTypeInvalid Invalid value: \"integer\": spec.free in body must be of type object: \"integer\"",
                "spec.kind FieldValueNotSupported Unsupported value: \"c\": supported values: \"a\", \"b\"",
                "spec.labels FieldValueTooMany Too many: 3: must have at most 2 items",
                "spec.name FieldValueInvalid Invalid value: \"A\": spec.name in body should be at least 2 chars long",
                "spec.nested.list[0].c FieldValueTypeInvalid Invalid value: \"string\": spec.nested.list[0].c in body must be of type integer: \"string\"",
                "spec.nested.list[0].id FieldValueRequired Required value",
                "spec.port FieldValueTypeInvalid Invalid value: \"object\": spec.port in body must be of type integer,string: \"object\"",
                "spec.ratio FieldValueInvalid Invalid value: -1: spec.ratio in body should be greater than 0",
                "spec.set[1] FieldValueDuplicate Duplicate value: \"a\"",
                "spec.size FieldValueInvalid Invalid value: 11: spec.size in body should be less than or equal to 10",
                "spec.tags FieldValueInvalid Invalid value: 0: spec.tags in body should have at least 1 items",
                "spec.when FieldValueTypeInvalid Invalid value: \"x\": spec.when in body must be of type date-time: \"x\"",
            ],
            low.Causes);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Lengths_counts_patterns_and_required_fields_are_checked(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"size":-1,"name":"abcdefgh","tags":["a","b","c","d"]}"""));
        Assert.Equal(
            [
                "spec.kind FieldValueRequired Required value",
                "spec.name FieldValueTooLong Too long: may not be more than 5 bytes",
                "spec.size FieldValueInvalid Invalid value: -1: spec.size in body should be greater than or equal to 0",
                "spec.tags FieldValueTooMany Too many: 4: must have at most 3 items",
            ],
            reply.Causes);
        var pattern = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"a","name":"ab1"}"""));
        Assert.Equal("Widget.test.foreman.dev \"one\" is invalid: spec.name: Invalid value: \"ab1\": spec.name in body should match '^[a-z]+$'", pattern.Message);
        var map = await api.CreateAsync("two");
        var twice = await api.MergePatchAsync(api.Widgets + "/two/status", """{"status":{"conditions":[{"type":"A","status":"True"},{"type":"A","status":"False"}]}}""");
        Assert.Equal(["status.conditions[1] FieldValueDuplicate"], twice.Causes.Select(cause => string.Join(' ', cause.Split(' ')[..2])));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Names_namespaces_types_and_labels_must_be_right(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var name = await api.PostAsync(api.Widgets, RawApi.Widget("P_2"));
        Assert.StartsWith("Widget.test.foreman.dev \"P_2\" is invalid: metadata.name: Invalid value: \"P_2\": a lowercase RFC 1123 subdomain must consist", name.Message);
        var space = await api.PostAsync(api.Widgets, RawApi.Widget("one", metadata: ""","namespace":"other" """));
        Assert.Equal((400, "the namespace of the provided object does not match the namespace sent on the request"), (space.Code, space.Message));
        var nowhere = await api.PostAsync("apis/test.foreman.dev/v1alpha1/namespaces/nowhere/widgets", RawApi.Widget("one"));
        Assert.Equal((404, "namespaces \"nowhere\" not found"), (nowhere.Code, nowhere.Message));
        var kind = await api.PostAsync(api.Widgets, """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Gadget","metadata":{"name":"x"}}""");
        Assert.Equal(422, kind.Code);
        var version = await api.PostAsync(api.Widgets, """{"apiVersion":"test.foreman.dev/v2","kind":"Widget","metadata":{"name":"x"}}""");
        Assert.Equal((400, "the API version in the data (test.foreman.dev/v2) does not match the expected API version (test.foreman.dev/v1alpha1)"), (version.Code, version.Message));
        var label = await api.PostAsync(api.Widgets, RawApi.Widget("one", metadata: ""","labels":{"a b":"c d"}"""));
        Assert.Equal(2, label.Causes.Length);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_generated_name_begins_with_its_prefix(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.PostAsync(api.Widgets, """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"generateName":"gg-"},"spec":{"kind":"a"}}""");
        Assert.Matches("^gg-[a-z0-9]{5}$", (string?)reply["metadata.name"]);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_needs_the_newest_resource_version(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var created = await api.CreateAsync("one");
        var without = await api.PutAsync(api.Widgets + "/one", RawApi.Widget("one", """{"kind":"b"}"""));
        Assert.Equal(["metadata.resourceVersion FieldValueInvalid Invalid value: 0: must be specified for an update"], without.Causes);
        string At(string version) => RawApi.Widget("one", """{"kind":"b"}""", $$""","resourceVersion":"{{version}}" """);
        var replaced = await api.PutAsync(api.Widgets + "/one", At(created.Version));
        Assert.Equal((200, "b", 2, created.Uid), (replaced.Code, (string?)replaced["spec.kind"], (int)replaced["metadata.generation"]!, replaced.Uid));
        Assert.Equal((409, "Conflict"), ((await api.PutAsync(api.Widgets + "/one", At(created.Version))).Code, "Conflict"));
        Assert.Equal(404, (await api.PutAsync(api.Widgets + "/none", RawApi.Widget("none"))).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_run_answers_as_the_write_would_and_stores_nothing(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        Assert.Equal(201, (await api.PostAsync(api.Widgets + "?dryRun=All", RawApi.Widget("one"))).Code);
        Assert.Equal(404, (await api.GetAsync(api.Widgets + "/one")).Code);
        await api.CreateAsync("one");
        Assert.Equal(7, (int)(await api.MergePatchAsync(api.Widgets + "/one?dryRun=All", """{"spec":{"size":7}}"""))["spec.size"]!);
        Assert.Equal(200, (await api.DeleteAsync(api.Widgets + "/one?dryRun=All")).Code);
        Assert.Equal(3, (int)(await api.GetAsync(api.Widgets + "/one"))["spec.size"]!);
        Assert.Equal(422, (await api.PostAsync(api.Widgets + "?dryRun=Some", RawApi.Widget("two"))).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_is_not_there_answers_404_and_wrong_bodies_answer_400_or_415(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var missing = await api.GetAsync(api.Widgets + "/none");
        Assert.Equal((404, "NotFound", "widgets.test.foreman.dev \"none\" not found"), (missing.Code, missing.Reason, missing.Message));
        Assert.Equal(404, (await api.GetAsync("apis/test.foreman.dev/v1alpha1/wodgets")).Code);
        Assert.Equal(404, (await api.GetAsync("apis/nowhere/v1")).Code);
        Assert.Equal(400, (await api.PostAsync(api.Widgets, "{bad")).Code);
        Assert.Equal(400, (await api.PostAsync(api.Widgets, "")).Code);
        Assert.Equal(415, (await api.PostAsync(api.Widgets, "a", "text/plain")).Code);
        Assert.Equal(406, (await api.GetAsync(api.Widgets, "text/html")).Code);
    }
}
