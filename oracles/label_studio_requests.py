"""The requests that Label Studio's own client of machine learning backends sends.

    python oracles/label_studio_requests.py SITE_PACKAGES     writes oracles/label-studio-requests.json

SITE_PACKAGES is a folder with the unpacked wheel of label-studio 1.23.2, of which only `label_studio/ml/api_connector.py` is
loaded; what it imports from Django and from Label Studio's server is replaced here. Needs requests. The payloads of webhooks
have the fields that `label_studio/webhooks/serializers_for_hooks.py` gives them.
"""

import datetime
import importlib.util
import json
import sys
import threading
import types
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HERE = Path(__file__).parent
CONFIG = """<View>
  <!-- <Labels name="old" toName="text"><Label value="OLD"/></Labels> -->
  <Labels name="label" toName="text">
    <Label value="PER" background="red"/>
    <Label value="R&amp;D"/>
    <Label value="DATE"/>
  </Labels>
  <Text name="text" value="$body"/>
</View>"""


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


def stub():
    for name in ["core", "core.utils", "django", "django.contrib", "django.contrib.auth", "django.db", "data_export",
                 "label_studio", "label_studio.core", "label_studio.core.utils"]:
        module(name)
    module("core.feature_flags", flag_set=lambda *args, **kwargs: True)
    module("core.utils.common", load_func=lambda serializer: serializer)
    module("core.utils.exceptions", SsrfBlockedUrlError=type("SsrfBlockedUrlError", (Exception,), {}))
    module("core.utils.io", SsrfSafeHTTPAdapter=None)
    module("core.version", get_git_version=lambda: "1.23.2")
    module("data_export.serializers", ExportDataSerializer=None)
    settings = types.SimpleNamespace(
        ML_BLOCK_LOCAL_IP=False,
        HOSTNAME="http://labels.example",
        INTERNAL_PORT="8080",
        WEBHOOK_SERIALIZERS={"project": lambda instance: types.SimpleNamespace(data=project_data(instance))},
    )
    module("django.conf", settings=settings)
    module("django.contrib.auth.models", AnonymousUser=object)
    module("django.db.models", Count=None)
    module("label_studio.core.utils.params", get_env=lambda name, default=None: default)


def project_data(project):
    return {"id": project.id, "title": "Names", "label_config": project.label_config, "task_number": 2}


requests_seen = []


class Recorder(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        requests_seen.append({
            "method": self.command,
            "path": self.path,
            "headers": {k.lower(): v for k, v in self.headers.items() if k.lower() in ("content-type", "authorization")},
            "body": json.loads(body) if body else None,
        })
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


stub()
path = Path(sys.argv[1]) / "label_studio/ml/api_connector.py"
spec = importlib.util.spec_from_file_location("api_connector", path)
connector = importlib.util.module_from_spec(spec)
spec.loader.exec_module(connector)
server = HTTPServer(("127.0.0.1", 0), Recorder)
threading.Thread(target=server.serve_forever, daemon=True).start()
project = types.SimpleNamespace(
    id=7,
    created_at=datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
    label_config=CONFIG,
    task_data_login=None,
    task_data_password=None,
    created_by=types.SimpleNamespace(auth_token=types.SimpleNamespace(key="key")),
)
url = f"http://127.0.0.1:{server.server_port}"
api = connector.MLApi(url=url, basic_auth_user="label-studio", basic_auth_pass="a-token-of-tests-0123456789")
api.health()
api.setup(project)
api.make_predictions(
    [{"id": 1, "data": {"body": "😀 She paid $5 on May 3rd."}}, {"id": 2, "data": {"body": ""}}], project
)
api.get_versions(project)
api.train(project)
server.shutdown()
(HERE / "label-studio-requests.json").write_text(json.dumps(requests_seen, ensure_ascii=False, indent=1) + "\n")
print(len(requests_seen), "requests")
