using Foreman.Api;

namespace Foreman.Probes.Tests.Servers;

public class ServedModelsTests
{
    private const string Url = "http://127.0.0.1:8080";

    [Theory]
    [Trait("Kind", "7")]
    [InlineData("qwen3:4b", "qwen3:4b", null)]
    [InlineData("/models/qwen3-8b", "qwen3-8b", "/models/qwen3-8b")]
    [InlineData("/models/a\u202eb", "a\\u202eb", null)]
    public void The_id_of_the_server_stands_beside_the_name(string id, string name, string? shownId)
    {
        var model = ServedModels.New(id, Url);

        Assert.Equal((name, shownId, Url), (model.Name, model.Id, model.Server));
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Models_whose_ids_no_request_can_carry_are_left_out_and_counted()
    {
        var (models, notes) = ServedModels.Reported(
            [ServedModels.New(new string('x', 3_000_000), Url), ServedModels.New(new string('y', 257), Url), ServedModels.New(new string('z', 256), Url)]);

        Assert.InRange(Assert.Single(models).Name.Length, 240, 256);
        Assert.Equal("models are left out because their ids are longer than 256 characters: 2", Assert.Single(notes));
    }

    [Fact]
    [Trait("Kind", "7")]
    public void Models_of_the_same_name_keep_their_ids_as_names()
    {
        var (models, _) = ServedModels.Reported([ServedModels.New("/a/m", Url), ServedModels.New("/b/m", Url), ServedModels.New("/b/other", Url)]);

        Assert.Equal([("/a/m", null), ("/b/m", null), ("other", "/b/other")], models.Select(m => (m.Name, m.Id)));
    }

    [Fact]
    [Trait("Kind", "7")]
    public void Models_that_cannot_chat_are_left_out_and_named()
    {
        var (models, notes) = ServedModels.Reported([new() { Name = "e", Capabilities = ["embedding"] }, new() { Name = "bge-m3" }, new() { Name = "q" }]);

        Assert.Equal("q", Assert.Single(models).Name);
        Assert.Equal("models that can't chat are left out: e (embedding), bge-m3 (by its name)", Assert.Single(notes));
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Of_very_many_models_some_are_reported_the_loaded_ones_first()
    {
        var (models, notes) = ServedModels.Reported([.. Enumerable.Range(0, 900).Select(i => new ServedModel { Name = $"m{i}", Loaded = i == 899 })]);

        Assert.Equal(ServedModels.MaxPerServer, models.Count);
        Assert.Equal("m899", models[0].Name);
        Assert.Contains("lists 900 models, of which 200 are reported", Assert.Single(notes), StringComparison.Ordinal);
    }
}
