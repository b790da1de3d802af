using System.Text.Json;

namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class TableTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task The_columns_of_a_custom_kind_are_those_of_its_definition(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var table = await at.Dynamic.ListTableAsync(Gadget.Type, at.Namespace);
        Assert.Equal(
            ["Name string name 0", "Phase string  0", "Size integer  1", "Ready string  0", "Age date  0"],
            table.ColumnDefinitions.Select(column => $"{column.Name} {column.Type} {column.Format} {column.Priority}"));
        Assert.Equal("How large it is.", table.ColumnDefinitions[2].Description);
        Assert.Empty(table.Rows);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Cells_hold_texts_numbers_ages_and_nulls(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", """{"kind":"a","size":7}""");
        await at.CreateAsync("b");
        await at.MergeAsync("b", """{"status":{"phase":"Running","conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}}""", new() { Subresource = "status" });
        var table = await at.Dynamic.ListTableAsync(Gadget.Type, at.Namespace);
        Assert.Equal(["a", "", "7", ""], table.Rows[0].Cells.Take(4).Select(cell => cell.ToString()));
        Assert.Equal(["b", "Running", "3", "True"], table.Rows[1].Cells.Take(4).Select(cell => cell.ToString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Number), (table.Rows[0].Cells[1].ValueKind, table.Rows[0].Cells[2].ValueKind));
        Assert.Matches("^[0-9]+s$|^[0-9]+m", table.Rows[0].Cells[4].GetString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_row_carries_the_metadata_of_its_object(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("a");
        var row = (await at.Dynamic.ListTableAsync(Gadget.Type, at.Namespace)).Rows.Single();
        Assert.Equal(("PartialObjectMetadata", created.Uid()), (row.Object!.Kind, row.Object.Uid()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Tables_come_in_pages_and_by_selection(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b", """{"kind":"b"}""");
        await at.CreateAsync("c");
        var page = await at.Dynamic.ListTableAsync(Gadget.Type, at.Namespace, new() { Limit = 2 });
        var rest = await at.Dynamic.ListTableAsync(Gadget.Type, at.Namespace, new() { Limit = 2, ContinueToken = page.Metadata.ContinueProperty });
        Assert.Equal((2, 1L, "c"), (page.Rows.Count, page.Metadata.RemainingItemCount, rest.Rows.Single().Cells[0].GetString()));
        var chosen = await at.Dynamic.ListTableAsync(Gadget.Type, at.Namespace, new() { FieldSelector = "spec.kind=b" });
        Assert.Equal("b", chosen.Rows.Single().Cells[0].GetString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_kind_without_columns_shows_its_age(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var table = await at.Dynamic.ListTableAsync(Definitions.Gizmo);
        Assert.Equal(["Name", "Age"], table.ColumnDefinitions.Select(column => column.Name));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Built_in_kinds_have_the_columns_of_kubectl(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        async Task<string> Columns<T>(string? ns)
            where T : class, IResource<T> =>
            string.Join(',', (await at.Dynamic.ListTableAsync(T.Type, ns)).ColumnDefinitions.Select(column => $"{column.Name}:{column.Type}:{column.Priority}"));
        Assert.Equal("Name:string:0,Data:string:0,Age:string:0", await Columns<V1ConfigMap>(at.Namespace));
        Assert.Equal("Name:string:0,Type:string:0,Data:string:0,Age:string:0", await Columns<V1Secret>(at.Namespace));
        Assert.Equal("Name:string:0,Holder:string:0,Age:string:0", await Columns<V1Lease>(at.Namespace));
        Assert.Equal("Name:string:0,Age:string:0", await Columns<V1ServiceAccount>(at.Namespace));
        Assert.Equal("Name:string:0,Status:string:0,Age:string:0", await Columns<V1Namespace>(null));
        Assert.Equal(
            "Last Seen:string:0,Type:string:0,Reason:string:0,Object:string:0,Subobject:string:1,Source:string:1,Message:string:0,First Seen:string:1,Count:string:1,Name:string:1",
            await Columns<CoreV1Event>(at.Namespace));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Rows_of_built_in_kinds_count_and_name_what_they_hold(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var named = new V1ObjectMeta { Name = "one", NamespaceProperty = at.Namespace };
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = named, Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });
        await at.Client.CreateAsync(new V1Secret { Metadata = named, Data = new Dictionary<string, byte[]> { ["a"] = [1] } });
        await at.Client.CreateAsync(new V1Lease { Metadata = named, Spec = new() { HolderIdentity = "me" } });
        await at.Client.CreateAsync(new CoreV1Event
        {
            Metadata = named,
            InvolvedObject = new() { Kind = "Gadget", Name = "g", NamespaceProperty = at.Namespace },
            Reason = "Tested",
            Message = " It was tested. ",
            EventType = "Normal",
            Count = 4,
            FirstTimestamp = DateTimeOffset.UnixEpoch,
            LastTimestamp = DateTimeOffset.UnixEpoch,
            Source = new() { Component = "tester", Host = "here" },
        });
        var select = new ListOptions { FieldSelector = "metadata.name=one" };
        async Task<string[]> Row<T>()
            where T : class, IResource<T> =>
            [.. (await at.Dynamic.ListTableAsync(T.Type, at.Namespace, select)).Rows.Single().Cells.Select(cell => cell.ToString())];
        Assert.Equal(["one", "2"], (await Row<V1ConfigMap>())[..2]);
        Assert.Equal(["one", "Opaque", "1"], (await Row<V1Secret>())[..3]);
        Assert.Equal(["one", "me"], (await Row<V1Lease>())[..2]);
        var happened = await Row<CoreV1Event>();
        Assert.Equal(["Normal", "Tested", "gadget/g", "", "tester, here", "It was tested."], happened[1..7]);
        Assert.Equal(["4", "one"], happened[8..]);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task One_object_is_shown_as_a_table_of_one_row(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("a");
        async Task<System.Text.Json.Nodes.JsonNode?> Show(string include) => (await RawServer.SendAsync(
            at,
            new ApiRequest(HttpMethod.Get, Gadget.Type.CollectionPath(at.Namespace) + "/a?includeObject=" + include) { Accept = "application/json;as=Table;g=meta.k8s.io;v=v1" })).Json;
        Assert.Equal(("a", "Gadget"), ((await Show("Object")).Text("rows.0.cells.0"), (await Show("Object")).Text("rows.0.object.kind")));
        Assert.Equal(("a", "null"), ((await Show("None")).Text("rows.0.cells.0"), (await Show("None")).Show("rows.0.object")));
        Assert.Equal(("PartialObjectMetadata", created.Version()), ((await Show("Metadata")).Text("rows.0.object.kind"), (await Show("Metadata")).Text("metadata.resourceVersion")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_may_tell_tables_whose_first_one_has_the_columns(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("a");
        await at.SetPhaseAsync("a", "Done");
        var lines = await RawServer.LinesAsync(
            at,
            new ApiRequest(HttpMethod.Get, Gadget.Type.CollectionPath(at.Namespace) + $"?watch=true&resourceVersion={from}") { Accept = "application/json;as=Table;g=meta.k8s.io;v=v1" },
            2);
        Assert.Equal(["ADDED", "MODIFIED"], lines.Select(line => line.Text("type")));
        Assert.Equal("Name", lines[0].Text("object.columnDefinitions.0.name"));
        Assert.Equal(("null", "Done"), (lines[1].Show("object.columnDefinitions"), lines[1].Text("object.rows.0.cells.1")));
    }
}
