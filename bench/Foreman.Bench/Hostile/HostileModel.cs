using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Foreman.Testing;

namespace Foreman.Bench.Hostile;

/// <summary>A model server that gives the answers of an input, and then ends the run.</summary>
internal sealed class HostileModel : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HostileInput _input;
    private readonly Task _serving;
    private readonly int _expected;
    private int _checked;
    private int _held;
    private string? _unexpected;

    public HostileModel(HostileInput input)
    {
        _input = input;
        _expected = input.Held ?? input.Answers.Count(a => a.Expects is not null);
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}");
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>True once the list of models was asked for.</summary>
    public bool WasProbed { get; private set; }

    /// <summary>Why the input did not do what it is for: a result that was not the expected one, or a run that ended before; else null.</summary>
    public string? Failure => _unexpected
        ?? (_held < _expected ? string.Create(CultureInfo.InvariantCulture, $"the run ended after {_held} of {_expected} results") : null);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was stopped.
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var response = context.Response;
            if (context.Request.HttpMethod == "POST")
            {
                var asked = await JsonElementOf(context.Request.InputStream);
                Check(asked);
                response.ContentType = "text/event-stream";
                response.SendChunked = true;
                await Next(asked).Write(response.OutputStream);
                return;
            }

            var isList = context.Request.Url!.AbsolutePath.EndsWith("/models", StringComparison.Ordinal);
            response.StatusCode = isList ? 200 : 404;
            response.ContentType = "application/json";
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(isList ? _input.Models : "{}"));
            WasProbed |= isList;
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The agent has had enough of this answer.
        }
    }

    private static async Task<JsonElement> JsonElementOf(Stream body)
    {
        using var document = await JsonDocument.ParseAsync(body);
        return document.RootElement.Clone();
    }

    // A request holds the results of the calls in the answer before it.
    private void Check(JsonElement request)
    {
        var messages = request.GetProperty("messages").EnumerateArray().ToList();
        var before = AnswersIn(request);
        if (before <= _checked || before > _input.Answers.Count || _input.Answers[before - 1].Expects is not { } expected)
        {
            return;
        }

        _checked = before;
        var result = messages.LastOrDefault(m => m.GetProperty("role").GetString() == "tool") is { ValueKind: JsonValueKind.Object } last ? last.GetProperty("content").ToString() : "";
        if (result.Contains(expected, StringComparison.Ordinal))
        {
            _held++;
        }
        else
        {
            _unexpected ??= string.Create(CultureInfo.InvariantCulture, $"call {before} brought {result[..Math.Min(result.Length, 120)].ReplaceLineEndings(" ")}, not {expected}");
        }
    }

    // A request that is repeated after a broken connection gets the same answer again.
    private HostileAnswer Next(JsonElement request) => AnswersIn(request) is var before && before < _input.Answers.Count
        ? _input.Answers[before]
        : new(HostileInput.Calls(("submit_result", """{"verdict":"GO","summary":"done","commit_message":""}""")));

    private static int AnswersIn(JsonElement request) =>
        request.GetProperty("messages").EnumerateArray().Count(m => m.GetProperty("role").GetString() == "assistant");
}
