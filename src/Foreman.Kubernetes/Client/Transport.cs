using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Sends requests over connections of its own, with credentials and a deadline, and turns every failure into a <see
/// cref="KubernetesException"/> (the server responded) or a <see cref="KubernetesUnreachableException"/> (it did not).
/// </summary>
internal sealed class Transport : IDisposable
{
    /// <summary>Most bytes that are read of an error response.</summary>
    private const int MaxErrorBytes = 4 * 1024 * 1024;

    /// <summary>How often a request is sent at most of which the server reads no body.</summary>
    private const int MostSends = 4;

    private readonly KubernetesClientConfiguration _configuration;
    private readonly KubernetesClientOptions _options;
    private readonly ICredentialSource _credentials;
    private readonly Connections _connections;
    private readonly RequestMessages _messages;
    private readonly RetryAfterGate _gate;
    private readonly ServerWarnings _warnings;
    private readonly CallOptions _calls;
    private readonly IWriteFence? _fence;
    private readonly bool _owner;

    public Transport(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
        : this(configuration, options, CredentialSources.Of(configuration, options.Time))
    {
    }

    private Transport(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ICredentialSource credentials)
    {
        _configuration = configuration;
        _options = options;
        _calls = options.Calls;
        _credentials = credentials;
        _connections = new(configuration, new TlsFiles(configuration, options.Time, options.Logger));
        _messages = new(configuration);
        _gate = new(options.Time);
        _warnings = new(options);
        _owner = true;
    }

    private Transport(Transport shared, CallOptions calls, IWriteFence? fence)
    {
        _configuration = shared._configuration;
        _options = shared._options;
        _calls = calls;
        _fence = fence;
        _credentials = shared._credentials;
        _connections = shared._connections;
        _messages = shared._messages;
        _gate = shared._gate;
        _warnings = shared._warnings;
    }

    public KubernetesClientConfiguration Configuration => _configuration;

    public Uri Host => _configuration.Host;

    private TimeProvider Time => _options.Time;

    /// <summary>A transport with separate connections; credentials are shared, so that an exec plugin runs once for both.</summary>
    public Transport Dedicated() => new(_configuration, _options with { Calls = _calls }, _credentials);

    /// <summary>The same connections with other timeouts.</summary>
    public Transport With(CallOptions calls) => new(this, calls, _fence);

    /// <summary>The same connections for writes under a fence; disposing it leaves them open.</summary>
    public Transport Fenced(IWriteFence fence) => new(this, _calls, fence);

    public void Dispose()
    {
        if (_owner)
        {
            _connections.Dispose();
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<TResult> SendAsync<TResult>(ApiRequest request, JsonTypeInfo<TResult> typeInfo, CancellationToken cancellationToken)
    {
        using var fenced = FencedCall.For(_fence, request);
        using var deadline = Deadline(fenced, cancellationToken);
        try
        {
            using var call = await OpenAsync(request, fenced, deadline).ConfigureAwait(false);
            using var body = await ResponseBody.ReadAsync(call, Array.MaxLength, deadline.Token).ConfigureAwait(false);
            call.Metrics.ResponseReceived((int)call.Response.StatusCode);
            return Decode(body, typeInfo, request, call);
        }
        catch (Exception e) when (Failure(e, fenced, deadline) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Sends a request and discards the response body.</summary>
    public async Task SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var fenced = FencedCall.For(_fence, request);
        using var deadline = Deadline(fenced, cancellationToken);
        try
        {
            using var call = await OpenAsync(request, fenced, deadline).ConfigureAwait(false);
            using var body = await ResponseBody.ReadAsync(call, Array.MaxLength, deadline.Token).ConfigureAwait(false);
            call.Metrics.ResponseReceived((int)call.Response.StatusCode);
        }
        catch (Exception e) when (Failure(e, fenced, deadline) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Opens a streaming response: the deadline covers the headers only, and the caller disposes the call.</summary>
    public async Task<OpenCall> StreamAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var fenced = FencedCall.For(_fence, request);
        using var deadline = Deadline(fenced, cancellationToken);
        try
        {
            var call = await OpenAsync(request, fenced, deadline).ConfigureAwait(false);
            call.Metrics.ResponseReceived((int)call.Response.StatusCode);
            return call;
        }
        catch (Exception e) when (Failure(e, fenced, deadline) is { } failure)
        {
            throw failure;
        }
    }

    private CallDeadline Deadline(FencedCall? fenced, CancellationToken cancellationToken) =>
        new(_calls.Timeout ?? _configuration.RequestTimeout, Time, fenced, cancellationToken);

    /// <summary>Sends, again when the server has not read the request.</summary>
    private async Task<OpenCall> OpenAsync(ApiRequest request, FencedCall? fenced, CallDeadline deadline)
    {
        for (var sent = 1; ; sent++)
        {
            try
            {
                return await OpenReadAsync(request, fenced, deadline).ConfigureAwait(false);
            }
            catch (Exception e) when (sent < MostSends && TransportFailure.IsUnread(e))
            {
                fenced?.OnResponse();
            }
        }
    }

    /// <summary>Sends until the response is neither Retry-After nor an expired credential (401).</summary>
    private async Task<OpenCall> OpenReadAsync(ApiRequest request, FencedCall? fenced, CallDeadline deadline)
    {
        var waited = TimeSpan.Zero;
        var credential = await CredentialAsync(refused: null, deadline).ConfigureAwait(false);
        var renewed = false;
        while (true)
        {
            waited += await WaitForRetryAfterAsync(request, waited, deadline).ConfigureAwait(false);
            var files = _connections.Files;
            var call = await SendAsync(request, fenced, credential, deadline.Token).ConfigureAwait(false);
            if (call.Response.IsSuccessStatusCode)
            {
                return call;
            }

            using (call)
            {
                var status = call.Response.StatusCode;
                call.Metrics.ResponseReceived((int)status);
                if (status == HttpStatusCode.Unauthorized && !renewed)
                {
                    renewed = true;
                    var other = await CredentialAsync(refused: credential, deadline).ConfigureAwait(false);
                    if (other != credential || _connections.RereadFiles(files))
                    {
                        credential = other;
                        continue;
                    }
                }

                var wait = ErrorResponse.RetryAfter(call.Response, Time);
                if (wait is { } asked && status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                {
                    _gate.Block(asked);
                    if (waited + _gate.Remaining <= _calls.MaxRetryAfter)
                    {
                        continue;
                    }
                }

                using var body = await ResponseBody.ReadAsync(call, MaxErrorBytes, deadline.Token).ConfigureAwait(false);
                throw ErrorResponse.ToException(status, body.Bytes, wait, request.Call);
            }
        }
    }

    /// <summary>The credential; the deadline is paused while an exec plugin runs.</summary>
    private async ValueTask<Credential> CredentialAsync(Credential? refused, CallDeadline deadline)
    {
        deadline.Pause();
        try
        {
            return await _credentials.GetAsync(refused, deadline.Token).ConfigureAwait(false);
        }
        catch (KubeConfigException e)
        {
            // A plugin or a token file may work again, so callers treat it as they treat a server that is away.
            throw new KubernetesUnreachableException(Host, UnreachableReason.Credential, e.Message, e);
        }
        finally
        {
            deadline.Restart();
        }
    }

    /// <summary>Waits as long as the server has asked all calls to wait, and returns the time waited.</summary>
    private async ValueTask<TimeSpan> WaitForRetryAfterAsync(ApiRequest request, TimeSpan waited, CallDeadline deadline)
    {
        if (_calls.MaxRetryAfter <= TimeSpan.Zero || _gate.Remaining == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        deadline.Pause();
        var begin = Time.GetTimestamp();
        while (_gate.Remaining is { Ticks: > 0 } left)
        {
            if (waited + Time.GetElapsedTime(begin) + left > _calls.MaxRetryAfter)
            {
                throw ErrorResponse.RetryAfterPending(left, request.Call);
            }

            _options.Logger.RetryAfter(request.Call, left);
            await Task.Delay(left, Time, deadline.Token).ConfigureAwait(false);
        }

        deadline.Restart();
        var time = Time.GetElapsedTime(begin);
        ClientMeters.Waited(request, Host, time);
        return time;
    }

    // A handshake that failed has sent nothing: with certificates that were renewed meanwhile it is tried once more.
    private async Task<OpenCall> SendAsync(ApiRequest request, FencedCall? fenced, Credential credential, CancellationToken cancellationToken)
    {
        var files = _connections.Files;
        try
        {
            return await SendOnceAsync(request, fenced, credential, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (TransportFailure.IsHandshake(e) && _connections.RereadFiles(files))
        {
            return await SendOnceAsync(request, fenced, credential, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<OpenCall> SendOnceAsync(ApiRequest request, FencedCall? fenced, Credential credential, CancellationToken cancellationToken)
    {
        var metrics = CallMetrics.Begin(request, Host, Time);
        try
        {
            var message = _messages.Compose(request, credential);
            fenced?.SetContent(message);
            var response = await _connections.For(credential.Certificate).SendAsync(message, cancellationToken).ConfigureAwait(false);
            fenced?.OnResponse();
            _warnings.Report(response.Headers, request);
            return new(response, metrics);
        }
        catch (Exception e)
        {
            metrics.ResponseReceived(null, e.GetType().Name);
            metrics.Closed();
            throw;
        }
    }

    private TResult Decode<TResult>(ResponseBody body, JsonTypeInfo<TResult> typeInfo, ApiRequest request, OpenCall call)
    {
        try
        {
            return DeepJson.Read(body.Content, typeInfo) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw DecodingFailure.Explain(Host, request, body.Bytes, call.MediaType, e);
        }
    }

    /// <summary>The exception for the caller; null to rethrow the original.</summary>
    private Exception? Failure(Exception e, FencedCall? fenced, CallDeadline deadline) => e switch
    {
        _ when fenced?.WasEndedByFence(e, deadline.IsCanceledByCaller) == true => fenced.ToException(e),
        _ when TransportFailure.IsTransport(e) => TransportFailure.Explain(Host, e, _configuration.Through),
        // Either the deadline or the handler's connect timeout.
        OperationCanceledException when !deadline.IsCanceledByCaller =>
            TransportFailure.Timeout(Host, deadline.IsCanceled ? deadline.Limit : HttpHandlerFactory.ConnectTimeout, e, _configuration.Through),
        _ => null,
    };
}
