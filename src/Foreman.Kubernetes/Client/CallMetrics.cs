using System.Diagnostics;

namespace Foreman.Kubernetes;

/// <summary>Records metrics of one attempt of a call; <see cref="None"/>, used when nothing listens, records nothing.</summary>
internal class CallMetrics
{
    public static CallMetrics None { get; } = new();

    public static CallMetrics Begin(ApiRequest request, Uri host, TimeProvider time) =>
        ClientMeters.Enabled ? new Recording(request, host, time) : None;

    /// <summary>A response has arrived or the attempt has failed; only the first call counts.</summary>
    public virtual void ResponseReceived(int? status, string? error = null)
    {
    }

    /// <summary>Bytes of the response body have arrived.</summary>
    public virtual void BytesReceived(long bytes)
    {
    }

    /// <summary>The call has ended.</summary>
    public virtual void Closed()
    {
    }

    private sealed class Recording : CallMetrics
    {
        private readonly TimeProvider _time;
        private readonly long _started;
        private readonly TagList _tags;
        private int _responseReceived;
        private int _closed;

        public Recording(ApiRequest request, Uri host, TimeProvider time)
        {
            _time = time;
            _started = time.GetTimestamp();
            _tags = ClientMeters.Tags(request, host);
            ClientMeters.Opened(_tags, request.Body.Length);
        }

        public override void ResponseReceived(int? status, string? error = null)
        {
            if (Interlocked.Exchange(ref _responseReceived, 1) == 0)
            {
                ClientMeters.Answered(_tags, _time.GetElapsedTime(_started), status, error);
            }
        }

        public override void BytesReceived(long bytes)
        {
            if (bytes > 0)
            {
                ClientMeters.Received(_tags, bytes);
            }
        }

        public override void Closed()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                ClientMeters.Closed(_tags);
            }
        }
    }
}
