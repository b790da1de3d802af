using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Foreman.Testing.Faults;
using Microsoft.AspNetCore.Http;

namespace Foreman.Testing;

/// <summary>A request that a <see cref="GitServer"/> was sent.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Authorization">The header's value; null when there was none.</param>
public sealed record GitRequest(string Method, string Target, string? Authorization)
{
    /// <summary>True for the part of a push that changes something.</summary>
    public bool IsPush => Method == "POST" && Target.EndsWith("/git-receive-pack", StringComparison.Ordinal);

    /// <summary>True for a part of a fetch that transfers objects or lists references.</summary>
    public bool IsFetch => Method == "POST" && Target.EndsWith("/git-upload-pack", StringComparison.Ordinal);
}

/// <summary>Git's own HTTP server (<c>git http-backend</c>) behind HTTPS with a token, over bare repositories that a test makes.</summary>
public sealed class GitServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<GitRequest> _requests = [];
    private readonly HttpFront _front;
    private string _backend = "";

    private GitServer() => _front = new HttpFront(ServeAsync, http1Only: true);

    /// <summary>Its address without a slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Host and port.</summary>
    public string Host => Url["https://".Length..];

    /// <summary>The token that may read and write.</summary>
    public string Token { get; } = "ghp_" + Guid.NewGuid().ToString("N") + "abcd";

    /// <summary>A token that may read.</summary>
    public string ReadToken { get; } = "read-" + Guid.NewGuid().ToString("N");

    /// <summary>A file with the certificate that clients must trust.</summary>
    public string CertificateFile => _folder["ca.pem"];

    /// <summary>Variables by which git trusts this server alone: to read the hundreds of authorities that a system trusts takes longer than all else that a call does.</summary>
    public IReadOnlyDictionary<string, string> Trust => new Dictionary<string, string> { ["GIT_SSL_CAINFO"] = CertificateFile, ["GIT_SSL_CAPATH"] = NoAuthorities };

    /// <summary>A folder without authorities, for <c>GIT_SSL_CAPATH</c>.</summary>
    public string NoAuthorities => _folder["no-authorities"];

    /// <summary>Everything that was asked for, in order.</summary>
    public IReadOnlyCollection<GitRequest> Requests => _requests;

    /// <summary>True lets everybody read and write, with a token or without.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Answers a request instead of git; false lets git answer.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<GitServer> StartAsync()
    {
        var server = new GitServer();
        server._backend = Path.Combine((await GitFolder.GitAsync(server._folder.Path, "--exec-path")).Trim(), "git-http-backend");
        await File.WriteAllTextAsync(server.CertificateFile, ProxyCertificate.AuthorityPem);
        Directory.CreateDirectory(server._folder["no-authorities"]);
        server.Url = $"https://127.0.0.1:{await server._front.StartAsync()}";
        return server;
    }

    /// <summary>Makes an empty bare repository.</summary>
    /// <param name="name">Such as <c>owner/name</c>.</param>
    /// <param name="format">The hash that names its objects: <c>sha1</c> or <c>sha256</c>.</param>
    /// <returns>Its folder, which a test may push to and look into as a local repository.</returns>
    public async Task<string> CreateAsync(string name, string format = "sha1")
    {
        var path = RepositoryOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await GitFolder.GitAsync(_folder.Path, "init", "-q", "--bare", "-b", "main", $"--object-format={format}", path);
        await GitFolder.GitAsync(path, "config", "uploadpack.allowFilter", "true");
        await GitFolder.GitAsync(path, "config", "uploadpack.allowAnySHA1InWant", "true");
        return path;
    }

    /// <summary>The folder of a repository.</summary>
    public string RepositoryOf(string name) => _folder[$"repositories/{name}.git"];

    /// <summary>Forgets what was asked for.</summary>
    public void ForgetRequests() => _requests.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var request = new GitRequest(context.Request.Method, context.Request.Path + context.Request.QueryString.Value, context.Request.Headers.Authorization.FirstOrDefault());
        _requests.Enqueue(request);
        if (Intercept is { } intercept && await intercept(context))
        {
            return;
        }

        var token = TokenOf(request.Authorization);
        if (!IsOpen && token != Token && token != ReadToken)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
            return;
        }

        if (token == ReadToken && request.Target.Contains("git-receive-pack", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 403;
            return;
        }

        await RunBackendAsync(context);
    }

    private async Task RunBackendAsync(HttpContext context)
    {
        var start = new ProcessStartInfo(_backend) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in Variables(context.Request))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var feeding = FeedAsync(context.Request.Body, process.StandardInput.BaseStream);
        var output = process.StandardOutput.BaseStream;
        while (await HeaderAsync(output) is { Length: > 0 } header)
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = int.Parse(value.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }

        await output.CopyToAsync(context.Response.Body);
        await feeding;
        await process.WaitForExitAsync();
        _ = await errors;
    }

    private Dictionary<string, string> Variables(HttpRequest request)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = _folder.Path,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_PROJECT_ROOT"] = _folder["repositories"],
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["REMOTE_USER"] = "test",
            ["REQUEST_METHOD"] = request.Method,
            ["PATH_INFO"] = request.Path.Value ?? "",
            ["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?') ?? "",
            ["CONTENT_TYPE"] = request.ContentType ?? "",
        };
        if (request.ContentLength is { } length)
        {
            variables["CONTENT_LENGTH"] = length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (request.Headers.ContentEncoding.FirstOrDefault() is { } encoding)
        {
            variables["HTTP_CONTENT_ENCODING"] = encoding;
        }

        if (request.Headers["Git-Protocol"].FirstOrDefault() is { } protocol)
        {
            variables["GIT_PROTOCOL"] = protocol;
        }

        return variables;
    }

    private static async Task FeedAsync(Stream body, Stream input)
    {
        try
        {
            await body.CopyToAsync(input);
        }
        catch (IOException)
        {
            // One of both ended early.
        }
        finally
        {
            input.Close();
        }
    }

    private static async Task<string> HeaderAsync(Stream output)
    {
        var line = new StringBuilder();
        var buffer = new byte[1];
        while (await output.ReadAsync(buffer) == 1 && buffer[0] != '\n')
        {
            line.Append((char)buffer[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private static string? TokenOf(string? authorization) =>
        authorization?.StartsWith("Basic ", StringComparison.Ordinal) == true && Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..])).Split(':') is [_, var token] ? token : null;
}
