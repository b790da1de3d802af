using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Foreman.Testing.Faults;

/// <summary>What a proxy is made of.</summary>
internal sealed record ProxyParts(Upstream Upstream, FaultScript Script, Journal Journal, TcpRelay Relay, TimeProvider Time);

/// <summary>Takes a call, lets go wrong with it what the script says, and writes it into the journal.</summary>
internal sealed class FaultingHandler(ProxyParts parts, CancellationToken stopping)
{
    // RFC 9113, section 7.
    private const int StreamClosed = 5;

    public async Task HandleAsync(HttpContext context)
    {
        var call = ApiCall.Of(context.Request);
        var faults = parts.Script.For(call);
        var number = parts.Journal.Begin(call, context.Request.Protocol, faults).Number;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await CarryOutAsync(context, faults, number, ended.Token);
        }
        catch (Exception e) when (ended.IsCancellationRequested && e is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !context.Response.HasStarted)
        {
            await AnswerAsync(context, new Fault.Answer(502, $"the server behind the fault proxy can't be reached: {e.Message}"), number, ended.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            context.Abort();
        }
        finally
        {
            parts.Journal.Update(number, entry => entry with { Ended = true });
        }
    }

    private async Task CarryOutAsync(HttpContext context, IReadOnlyList<Fault> faults, int number, CancellationToken cancellationToken)
    {
        foreach (var delay in faults.OfType<Fault.Delay>())
        {
            await Task.Delay(delay.By, parts.Time, cancellationToken);
        }

        switch (faults.FirstOrDefault(f => f.StopsCall))
        {
            case Fault.Reset:
                Connection(context)?.Reset();
                return;
            case Fault.Freeze:
                Connection(context)?.Freeze();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return;
            case Fault.CloseUnread closed:
                await CloseAsync(context, closed.Code, cancellationToken);
                return;
            case Fault.Answer answer:
                await AnswerAsync(context, answer, number, cancellationToken);
                return;
        }

        using var response = await parts.Upstream.SendAsync(context.Request, cancellationToken);
        if (faults.Any(f => f is Fault.LoseAnswer))
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            Connection(context)?.Reset();
            return;
        }

        await PassAsync(context, response, faults, number, cancellationToken);
    }

    private async Task PassAsync(HttpContext context, HttpResponseMessage response, IReadOnlyList<Fault> faults, int number, CancellationToken cancellationToken)
    {
        var body = new FaultyBody(context.Response, faults, parts.Time, bytes => parts.Journal.Update(number, e => e with { Bytes = e.Bytes + bytes }));
        context.Response.StatusCode = (int)response.StatusCode;
        Upstream.CopyHeaders(response, context.Response, withLength: !body.MayBeShorter);
        parts.Journal.Update(number, entry => entry with { Status = context.Response.StatusCode });
        await context.Response.StartAsync(cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        switch (await body.CopyAsync(stream, cancellationToken))
        {
            case CutHow.Stream:
                context.Abort();
                break;
            case CutHow.Connection:
                Connection(context)?.Reset();
                break;
            case CutHow.Freeze:
                Connection(context)?.Freeze();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
        }
    }

    private async Task AnswerAsync(HttpContext context, Fault.Answer answer, int number, CancellationToken cancellationToken)
    {
        var body = answer.Body is { } given ? System.Text.Encoding.UTF8.GetBytes(given) : StatusBody.Of(answer.Code);
        context.Response.StatusCode = answer.Code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (answer.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = wait;
        }

        parts.Journal.Update(number, entry => entry with { Status = answer.Code, Bytes = body.Length });
        await context.Response.Body.WriteAsync(body, cancellationToken);
    }

    private static async Task CloseAsync(HttpContext context, int? code, CancellationToken cancellationToken)
    {
        if (code is { } status)
        {
            context.Response.StatusCode = status;
            await context.Response.StartAsync(cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }

        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(StreamClosed);
    }

    private RelayedConnection? Connection(HttpContext context) => parts.Relay.Find(context.Connection.RemotePort);
}
