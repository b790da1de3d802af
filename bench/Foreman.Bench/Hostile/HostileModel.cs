using System.Globalization;
using System.Net;
using System.Text;
using Foreman.Testing;

namespace Foreman.Bench.Hostile;

/// <summary>A model server that gives the answers of an input, and then ends the run.</summary>
internal sealed class HostileModel : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HostileInput _input;
    private readonly Task _serving;
    private int _asked;

    public HostileModel(HostileInput input)
    {
        _input = input;
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}");
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>True once the list of models was asked for.</summary>
    public bool WasProbed { get; private set; }

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
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                response.ContentType = "text/event-stream";
                response.SendChunked = true;
                await Next()(response.OutputStream);
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

    private Func<Stream, Task> Next() => Interlocked.Increment(ref _asked) <= _input.Answers.Count
        ? _input.Answers[_asked - 1]
        : HostileInput.Calls(("submit_result", """{"verdict":"GO","summary":"done","commit_message":""}"""));
}
