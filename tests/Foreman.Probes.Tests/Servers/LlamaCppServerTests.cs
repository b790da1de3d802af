using System.Text.Json;

namespace Foreman.Probes.Tests.Servers;

public class LlamaCppServerTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);

    [Fact]
    public void Free_slots_and_speeds_come_from_the_metrics()
    {
        var model = Model(
            """{"total_slots":4,"default_generation_settings":{"n_ctx":8192},"chat_template_caps":{"supports_tools":true,"supports_tool_calls":true}}""",
            """
            # TYPE llamacpp:tokens_predicted_total counter
            llamacpp:tokens_predicted_total 1000
            llamacpp:tokens_predicted_seconds_total 25
            llamacpp:prompt_tokens_total 6000
            llamacpp:prompt_seconds_total 12.5
            llamacpp:requests_processing 3
            """);

        Assert.Equal((4, 1, 8192), (model.Slots, model.FreeSlots, model.ContextTokens));
        Assert.Equal((40, 480), (model.DecodeTokensPerSecond, model.PromptTokensPerSecond));
        Assert.Equal(Now, model.MeasuredAt);
        Assert.True(model.Tools);
    }

    [Fact]
    public void A_server_that_has_not_worked_yet_has_no_speed()
    {
        var model = Model("""{"total_slots":1}""", "llamacpp:tokens_predicted_total 0\nllamacpp:tokens_predicted_seconds_total 0\nllamacpp:predicted_tokens_seconds 0\n");

        Assert.Null(model.DecodeTokensPerSecond);
        Assert.Null(model.MeasuredAt);
    }

    [Fact]
    public void An_older_server_with_only_the_gauge_has_its_speed() =>
        Assert.Equal(41, Model("""{"total_slots":1}""", "llamacpp:predicted_tokens_seconds 41.7").DecodeTokensPerSecond);

    [Fact]
    [Trait("Kind", "2")]
    public void A_path_that_is_too_long_for_an_id_is_cut_because_this_server_takes_any_name()
    {
        JsonElement? models = JsonElementExtensions.Parse($$"""{"data":[{"id":"/models/{{new string('x', 500)}}.gguf"}]}""");

        var model = LlamaCppServer.Model(JsonElementExtensions.Parse("""{"total_slots":1}"""), models, "", "http://127.0.0.1:8080", Now);

        Assert.InRange(model.Name.Length, 240, 256);
    }

    [Fact]
    public void A_sleeping_model_is_not_loaded() => Assert.False(Model("""{"total_slots":1,"is_sleeping":true}""", "").Loaded);

    [Fact]
    public void A_template_without_tools_is_reported_and_a_server_without_that_field_is_unknown()
    {
        Assert.False(Model("""{"total_slots":1,"chat_template_caps":{"supports_tools":false}}""", "").Tools);
        Assert.Null(Model("""{"total_slots":1}""", "").Tools);
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData("""{"total_slots":"4","default_generation_settings":{"n_ctx":"8192"}}""", "requests_processing 1", 4, 3, 8192)]
    [InlineData("""{"total_slots":4.0,"default_generation_settings":{"n_ctx":8192.0}}""", "requests_processing 1e300", 4, 0, 8192)]
    [InlineData("""{"total_slots":4,"default_generation_settings":{"n_ctx":1e99}}""", "requests_processing -1e300", 4, 4, null)]
    [InlineData("""{"total_slots":4,"default_generation_settings":{"n_ctx":-5}}""", "requests_processing NaN", 4, null, null)]
    [InlineData("""{"build_info":"b1","total_slots":"many","default_generation_settings":{"n_ctx":true}}""", "", null, null, null)]
    public void Numbers_that_are_none_are_unknown(string props, string metrics, int? slots, int? free, int? context)
    {
        var model = Model(props, metrics.Length == 0 ? "" : $"llamacpp:{metrics}\nllamacpp:predicted_tokens_seconds -7\nllamacpp:prompt_tokens_seconds +Inf");

        Assert.Equal((slots, free, context), (model.Slots, model.FreeSlots, model.ContextTokens));
        Assert.Null(model.DecodeTokensPerSecond);
        Assert.Null(model.PromptTokensPerSecond);
    }

    private static Foreman.Api.ServedModel Model(string props, string metrics)
    {
        JsonElement? models = JsonElementExtensions.Parse("""{"data":[{"id":"/models/qwen.gguf"}]}""");
        var model = LlamaCppServer.Model(JsonElementExtensions.Parse(props), models, metrics, "http://127.0.0.1:8080", Now);
        Assert.Equal(("qwen.gguf", "/models/qwen.gguf"), (model.Name, model.Id));
        return model;
    }
}
