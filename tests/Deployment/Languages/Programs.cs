using System.Diagnostics;

namespace ChainBridge.Tests.Deployment.Languages;

/// <summary>Small services in languages that a machine may have.</summary>
internal static class Programs
{
    /// <summary>Answers on the port that it is offered, or on the first that its arguments name; it binds them all.</summary>
    public const string Python = """
        import http.server, os, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = open('page.txt', 'rb').read()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *words): pass
        ports = [int(word) for word in sys.argv[1:]] or [int(os.environ['PORT'])]
        servers = [http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler) for port in ports]
        print('up', flush=True)
        servers[0].serve_forever()
        """;

    public const string Node = """
        const http = require('http'), fs = require('fs');
        http.createServer((request, answer) => answer.end(fs.readFileSync('page.txt'))).listen(process.env.PORT);
        """;

    /// <summary>Why the program cannot be used here; null when it can.</summary>
    public static string? Missing(string program)
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(program, ["--version"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            asked.WaitForExit();
            return asked.ExitCode == 0 ? null : $"{program} --version ended with {asked.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"{program} is not installed ({missing.Message}); on Debian: apt-get install {(program == "node" ? "nodejs" : program)}";
        }
    }
}
