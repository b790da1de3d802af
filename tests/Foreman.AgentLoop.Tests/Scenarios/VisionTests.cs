using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Mcp;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Images of tasks and of tools, from the workspace to the wire and the transcript.</summary>
public sealed class VisionTests : IDisposable
{
    private const string Uid = "0b5c9a51-6f0e-4f5e-9d5e-2f1f7d9f6a11";
    private const string Refusal = """{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}""";

    private static readonly AgentSpec Seeing = new() { Role = AgentRole.Coder, Tools = ["read_file", "list_files"], MaxRetries = 2, Vision = new AgentVision { Enabled = true } };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_tasks_images_go_to_the_model_with_the_prompt_in_every_request()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"), ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Seeing, Images = ["a.png", "in/b.gif"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Endpoint, "what is this?");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.All(server.Bodies, body => Assert.Equal(
            $$$"""[{"type":"text","text":"what is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Pictures.PngBase64}}}"}},{"type":"image_url","image_url":{"url":"data:image/gif;base64,{{{Pictures.GifBase64}}}"}}]""",
            JsonElement.Parse(body).GetProperty("messages")[1].GetProperty("content").GetRawText()));
        Assert.Equal(["a.png", "in/b.gif"], harness.Records.OfType<MessageSent>().Single(m => m.Role == "user").Images!.Select(i => i.Name));
    }

    [Theory]
    [InlineData("gone.png", "spec.payload.images[0] `gone.png` can't be sent: `gone.png` does not exist")]
    [InlineData("text.txt", "spec.payload.images[0] `text.txt` can't be sent: it is no PNG, JPEG, WebP or GIF")]
    public async Task An_image_that_can_not_be_sent_ends_the_run_before_the_model_is_asked(string path, string summary)
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Seeing, Images = [path] };
        harness.Write("text.txt", "no picture");

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.Unsupported, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.StartsWith(summary, result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Empty(server.Bodies);
    }

    [Fact]
    public async Task Images_of_a_task_whose_Agent_has_no_vision_are_refused_by_name()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Seeing with { Vision = null }, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("spec.payload.images: the Agent does not send images; set its spec.vision.enabled, or leave them out", result.Envelope.Summary);
        Assert.Empty(server.Bodies);
    }

    [Theory]
    [InlineData(500, Refusal)]
    [InlineData(500, """{"error":"this model is missing data required for image input"}""")]
    [InlineData(400, """{"object":"error","message":"tiny is not a multimodal model None","type":"BadRequestError","code":400}""")]
    [InlineData(400, """{"error":{"message":"Invalid content type. image_url is only supported by certain models.","type":"invalid_request_error"}}""")]
    [InlineData(404, """{"error":{"message":"No endpoints found that support image input","code":404}}""")]
    public async Task A_server_that_takes_no_images_is_a_failure_by_that_name_and_is_not_asked_again(int status, string body)
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(status, body));
        await using var other = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Seeing, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Endpoint with { Alternatives = [other.Endpoint] }, "p");

        Assert.Equal((FailureReason.VisionUnavailable, TaskPhase.Failed, 1), (result.Envelope.FailureReason, result.Phase, server.Bodies.Count));
        Assert.StartsWith("the model can't see the task's images: tiny at http://127.0.0.1:", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Empty(other.Bodies);
    }

    [Fact]
    public async Task The_same_words_without_images_are_another_failure()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(500, Refusal), ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Seeing };

        Assert.Equal(Verdict.Go, (await harness.RunAsync(server.Endpoint, "p")).Envelope.Verdict);
        Assert.Equal(2, server.Bodies.Count);
    }

    [Fact]
    public async Task Nothing_of_an_image_that_a_server_repeats_reaches_the_result()
    {
        var echo = $$$"""{"error":{"code":500,"message":"Unsupported content part type: \"image_url\"; messages = [ { \"url\": \"data:image/png;base64,{{{Pictures.PngBase64}}}\" } ] {{{Pictures.PngBase64}}}"}}""";
        await using var server = new ScriptedServer(ScriptedServer.Status(500, echo));
        using var harness = new LoopHarness { Agent = Seeing, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(FailureReason.VisionUnavailable, result.Envelope.FailureReason);
        Assert.Contains("Unsupported content part type", result.Envelope.Summary, StringComparison.Ordinal);
        AssertNothingOf(JsonSerializer.Serialize(result.Envelope, ApiJson.Default.ResultEnvelope), "the result");
    }

    [Fact]
    public async Task An_image_is_kept_once_beside_the_transcript_and_nothing_of_it_in_a_record_or_a_log()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"), ScriptedServer.Submit());
        var path = _folder["t.jsonl"];
        var logger = new RecordingLogger();
        await using (var transcript = JsonLinesTranscript.Open(path))
        {
            await AgentRun.RunAsync(Request(server.Endpoint, ["a.png", "copy.png"]), new AgentRunServices { Transcript = transcript, Logger = logger }, CancellationToken.None);
        }

        AssertNothingOf(await File.ReadAllTextAsync(path), "the transcript");
        Assert.All(logger.Entries, e => AssertNothingOf(e.Message, "the log"));
        Assert.Equal([Pictures.PngBytes], Directory.EnumerateFiles(_folder["t.content"]).Select(File.ReadAllBytes));
        var sent = (await JsonLinesTranscript.ReadAsync(path, CancellationToken.None).ToListAsync()).OfType<MessageSent>().Single(m => m.Role == "user");
        Assert.Equal([("a.png", 1, 1), ("copy.png", 1, 1)], sent.Images!.Select(i => (i.Name!, i.Width, i.Height)));
        Assert.All(sent.Images!, i => Assert.Equal(Pictures.PngBytes, i.Bytes));
    }

    [Fact]
    public async Task A_resumed_run_sends_the_images_that_its_transcript_has_though_the_files_are_gone()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"), ScriptedServer.Status(500, "{}"), ScriptedServer.Submit());
        var path = _folder["t.jsonl"];
        var request = Request(server.Endpoint, ["a.png"]);
        request = request with { Settings = request.Settings with { MaxRetries = 0 } };
        await using (var transcript = JsonLinesTranscript.Open(path))
        {
            Assert.Equal(FailureReason.InfrastructureError, (await AgentRun.RunAsync(request, new AgentRunServices { Transcript = transcript }, CancellationToken.None)).Envelope.FailureReason);
        }

        var earlier = EarlierRun.From(Uid, 1, await JsonLinesTranscript.ReadAsync(path, CancellationToken.None).ToListAsync(), name => JsonLinesTranscript.ReadContent(path, name), out _)!;
        Directory.Delete(_folder["workspace"], recursive: true);
        var second = _folder["second.jsonl"];
        await using (var transcript = JsonLinesTranscript.Open(second))
        {
            var result = await AgentRun.RunAsync(request with { Attempt = 2, Earlier = earlier }, new AgentRunServices { Transcript = transcript }, CancellationToken.None);
            Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        }

        Assert.Equal(Messages(server, 1), Messages(server, 2));
        Assert.Contains(Pictures.PngBase64, server.Bodies[2], StringComparison.Ordinal);
        AssertNothingOf(await File.ReadAllTextAsync(second), "the second transcript");
        Assert.Equal([Pictures.PngBytes], Directory.EnumerateFiles(_folder["second.content"]).Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task Images_of_an_MCP_tool_are_shown_behind_its_result_and_the_prompt_only_grows()
    {
        using var mcp = Camera();
        await using var server = new ScriptedServer(
            ScriptedServer.Call("mcp__cam__shot", """{"text":"1"}"""), ScriptedServer.Call("list_files", "{}"), ScriptedServer.Submit());
        using var harness = WithCamera(mcp, Seeing);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 3), (result.Envelope.Verdict, server.Bodies.Count));
        var messages = JsonElement.Parse(server.Bodies[1]).GetProperty("messages");
        Assert.Equal("tool", messages[3].GetProperty("role").GetString());
        Assert.StartsWith("taken\n[image 1: image/png, 1 x 1 pixels, SHA-256 ", messages[3].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            $$$"""{"role":"user","content":[{"type":"text","text":"Images of the result of mcp__cam__shot, in order:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Pictures.PngBase64}}}"}}]}""",
            messages[4].GetRawText());
        Assert.StartsWith(Messages(server, 1)[..^1], Messages(server, 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_of_an_MCP_tool_are_named_only_when_the_model_takes_none()
    {
        using var mcp = Camera();
        await using var server = new ScriptedServer(
            ScriptedServer.Call("mcp__cam__shot", """{"text":"1"}"""), ScriptedServer.Status(500, Refusal), ScriptedServer.Call("mcp__cam__shot", """{"text":"2"}"""), ScriptedServer.Submit());
        using var harness = WithCamera(mcp, Seeing);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 4), (result.Envelope.Verdict, server.Bodies.Count));
        Assert.DoesNotContain("image_url", server.Bodies[2] + server.Bodies[3], StringComparison.Ordinal);
        Assert.Contains("not shown: the model server takes none", server.Bodies[3], StringComparison.Ordinal);
        Assert.Contains("image input is not supported", Assert.Single(harness.Records.OfType<ImagesRefused>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ollama_is_asked_what_its_model_can_do_before_the_first_image_and_gets_it_in_its_own_form()
    {
        await using var server = Ollama("""["completion","vision","tools"]""");
        using var harness = new LoopHarness { Agent = Seeing, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 3), (result.Envelope.Verdict, server.Bodies.Count));
        Assert.Equal("""{"model":"tiny:latest"}""", server.Bodies[1]);
        Assert.Equal($$"""{"role":"user","content":"p","images":["{{Pictures.PngBase64}}"]}""", JsonElement.Parse(server.Bodies[2]).GetProperty("messages")[1].GetRawText());
    }

    [Fact]
    public async Task An_Ollama_whose_model_takes_no_images_gets_none_because_it_would_leave_them_out_without_a_word()
    {
        await using var server = Ollama("""["completion","tools"]""");
        using var harness = new LoopHarness { Agent = Seeing, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.VisionUnavailable, 2), (result.Envelope.FailureReason, server.Bodies.Count));
        Assert.Contains("says that this model takes no images: vision is not among its capabilities", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_llama_server_refuses_an_image_of_a_model_that_takes_none_and_says_why()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Url, server.ModelName, "Say hello");

        Assert.Equal((FailureReason.VisionUnavailable, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("image input is not supported", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_llama_server_takes_a_run_whose_tool_images_it_refused()
    {
        using var mcp = Camera();
        var server = await LlamaServer.SharedAsync();
        using var harness = WithCamera(mcp, Seeing with { Temperature = "0" }, contextTokens: 2048);

        var result = await harness.RunAsync(server.Url, server.ModelName, "Call the tool mcp__cam__shot with the text: hello");

        Assert.Equal((Verdict.Go, "done"), (result.Envelope.Verdict, result.Envelope.Summary));
        Assert.Contains("image input is not supported", Assert.Single(harness.Records.OfType<ImagesRefused>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_Ollama_says_that_its_model_takes_no_images()
    {
        var server = await OllamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048, Images = ["a.png"] };
        Picture(harness);

        var result = await harness.RunAsync(server.Url, "tiny", "Say hello");

        Assert.Equal((FailureReason.VisionUnavailable, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("vision is not among its capabilities", result.Envelope.Summary, StringComparison.Ordinal);
    }

    private static void Picture(LoopHarness harness)
    {
        Directory.CreateDirectory(Path.Combine(harness.Workspace, "in"));
        File.WriteAllBytes(Path.Combine(harness.Workspace, "a.png"), Pictures.PngBytes);
        File.WriteAllBytes(Path.Combine(harness.Workspace, "in/b.gif"), Convert.FromBase64String(Pictures.GifBase64));
    }

    private AgentRunRequest Request(ModelEndpoint model, string[] images)
    {
        Directory.CreateDirectory(_folder["workspace"]);
        File.WriteAllBytes(_folder["workspace/a.png"], Pictures.PngBytes);
        File.WriteAllBytes(_folder["workspace/copy.png"], Pictures.PngBytes);
        return new AgentRunRequest
        {
            TaskUid = Uid,
            Attempt = 1,
            Prompt = "p",
            Images = images,
            SystemPrompt = "s",
            Settings = EffectiveSettings.Resolve(Seeing, new AgenticTaskSpec { Kind = TaskKind.Freeform }, null),
            Model = model,
            WorkspaceDirectory = _folder["workspace"],
        };
    }

    private static McpHttpServer Camera() => new()
    {
        Tools = _ => new JsonObject { ["tools"] = new JsonArray(McpHttpServer.Tool("shot")) },
        Call = _ => new JsonObject
        {
            ["content"] = new JsonArray(
                new JsonObject { ["type"] = "text", ["text"] = "taken" },
                new JsonObject { ["type"] = "image", ["data"] = Pictures.PngBase64, ["mimeType"] = "image/png" }),
        },
    };

    private static LoopHarness WithCamera(McpHttpServer server, AgentSpec agent, int? contextTokens = null)
    {
        agent = agent with { Mcp = new AgentMcp { Enabled = true, Servers = [new McpServer { Name = "cam", Transport = McpTransport.Http, Url = server.Url }] } };
        return new LoopHarness { Agent = agent, Mcp = McpPlan.Of(agent, null), ContextTokens = contextTokens };
    }

    private static ScriptedServer Ollama(string capabilities)
    {
        var server = new ScriptedServer(
            ScriptedServer.Status(200, """{"model":"tiny","response":"","done":true,"done_reason":"load"}"""),
            ScriptedServer.Status(200, $$"""{"details":{"family":"x"},"capabilities":{{capabilities}}}"""),
            ScriptedServer.Status(
                200,
                """
                {"model":"tiny","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_1","function":{"index":0,"name":"submit_result","arguments":{"verdict":"GO","summary":"s","commit_message":""}}}]},"done":false}
                {"model":"tiny","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":19,"eval_count":7}

                """,
                "application/x-ndjson"))
        {
            Models = """{"object":"list","data":[{"id":"tiny:latest","object":"model","owned_by":"library"}]}""",
        };
        server.Gets["/api/version"] = """{"version":"0.17.4"}""";
        server.Gets["/api/ps"] = """{"models":[{"name":"tiny:latest","model":"tiny:latest","context_length":4096}]}""";
        return server;
    }

    private static string Messages(ScriptedServer server, int request) => JsonElement.Parse(server.Bodies[request]).GetProperty("messages").GetRawText();

    // Parts of it too: neither as base64 nor as bytes.
    private static void AssertNothingOf(string text, string where)
    {
        Assert.False(text.Contains(Pictures.PngBase64[30..60], StringComparison.Ordinal), $"base64 of the image in {where}");
        Assert.False(text.Contains(Encoding.Latin1.GetString(Pictures.PngBytes, 37, 12), StringComparison.Ordinal), $"bytes of the image in {where}");
    }
}
